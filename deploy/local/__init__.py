"""The embedded stack: all of Brug on one machine from pinned packages, without Docker, Java or root."""
