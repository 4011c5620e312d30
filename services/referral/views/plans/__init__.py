"""SQL that reads family plans; each reader gets what is theirs to see, and nothing of the rest."""

from services.referral.views.plans.calendar import Occurrence, coming
from services.referral.views.plans.lists import (
    Begin,
    Listed,
    Written,
    begin,
    beside_referral,
    history,
    of_school,
    opened_to,
    partners_of,
    plan_of,
    written_then,
)
from services.referral.views.plans.opened import (
    PlanSeen,
    SeenAs,
    Yes,
    is_schools,
    open_as_family,
    open_as_partner,
    open_as_school,
    open_for,
    own_plan,
)

__all__ = [
    "Begin",
    "Listed",
    "Occurrence",
    "PlanSeen",
    "SeenAs",
    "Written",
    "Yes",
    "begin",
    "beside_referral",
    "coming",
    "history",
    "is_schools",
    "of_school",
    "open_as_family",
    "open_as_partner",
    "open_as_school",
    "open_for",
    "opened_to",
    "own_plan",
    "partners_of",
    "plan_of",
    "written_then",
]
