"""SQL that writes; appends to the outbox."""

from services.intake.store import consent, corrections, family, finding, keys, seen, signin

__all__ = ["consent", "corrections", "family", "finding", "keys", "seen", "signin"]
