"""Where the project is, and which services it has."""

from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
SERVICES = ("intake", "referral", "activities", "network")
