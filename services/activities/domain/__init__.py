"""What activities and registrations are and what may happen to them; no framework, no SQL."""
