"""The demo: made-up families, organisations, helpers and activities, and who to sign in as."""

from deploy.demo.load import load
from deploy.demo.people import people, write_people

__all__ = ["load", "people", "write_people"]
