"""Pages of family plans: for the school and its partners in Dutch, for the family in its own language."""

from services.referral.web.plans import family, paper, reading, running, writing
from services.referral.web.plans.page import pages

__all__ = ["family", "pages", "paper", "reading", "running", "writing"]
