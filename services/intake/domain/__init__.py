"""What a family's file, an akkoord and a sign-in code are and what may happen to them; no framework, no SQL."""
