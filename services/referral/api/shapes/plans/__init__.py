"""What the API takes and gives about family plans."""
