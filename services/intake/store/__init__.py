"""SQL that writes; appends to the outbox."""

from services.intake.store import consent, family, keys, seen, signin

__all__ = ["consent", "family", "keys", "seen", "signin"]
