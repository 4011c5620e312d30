"""SQL that reads, for pages and API; opens what is sealed; returns small frozen rows."""

from services.intake.views import consent, files, home, looks

__all__ = ["consent", "files", "home", "looks"]
