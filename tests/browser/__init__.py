"""What people do and see in a real browser, against a whole running Brug with its demo data."""
