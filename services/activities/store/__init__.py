"""SQL that writes, and reads what it is about to change; appends to the outbox."""
