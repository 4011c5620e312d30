"""SQL that writes; appends to the outbox in the same transaction. Never commits."""
