"""SQL that reads, for pages and API; opens what is sealed; returns small frozen rows."""

from services.intake.views import (
    colleagues,
    consent,
    contacts,
    corrections,
    everything,
    files,
    finding,
    home,
    known,
    looks,
)

__all__ = [
    "colleagues",
    "consent",
    "contacts",
    "corrections",
    "everything",
    "files",
    "finding",
    "home",
    "known",
    "looks",
]
