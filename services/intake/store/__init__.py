"""SQL that writes; appends to the outbox."""

from services.intake.store import consent, contacts, corrections, family, finding, keys, seen, signin

__all__ = ["consent", "contacts", "corrections", "family", "finding", "keys", "seen", "signin"]
