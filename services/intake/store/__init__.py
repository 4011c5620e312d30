"""SQL that writes; appends to the outbox."""

from services.intake.store import consent, contacts, corrections, family, finding, handing, keys, seen, signin

__all__ = ["consent", "contacts", "corrections", "family", "finding", "handing", "keys", "seen", "signin"]
