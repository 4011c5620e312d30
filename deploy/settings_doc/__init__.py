"""docs/settings.md: every setting that a process reads, from the code that reads it."""

from deploy.settings_doc.page import page

__all__ = ["page"]
