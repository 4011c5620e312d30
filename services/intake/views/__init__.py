"""SQL that reads, for pages and API; opens what is sealed; returns small frozen rows."""

from services.intake.views import consent, contacts, corrections, files, home, known, looks

__all__ = ["consent", "contacts", "corrections", "files", "home", "known", "looks"]
