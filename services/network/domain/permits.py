"""Who may do what here: role x relation x action. What is more than a role (whose card, whose match) commands check."""

from shared.permissions import ANY, MEMBER, OWNER, PERSON, RECEIVER, SELF, PermissionTable

HELPER, COORDINATOR = "helper", "coordinator"
STAFF = ("school_staff", "partner_worker", "organiser", HELPER, COORDINATOR, "dpo")

PERMITS: PermissionTable = frozenset(
    {
        (PERSON, ANY, "home.open"),
        *((role, MEMBER, "home.open") for role in STAFF),
        (PERSON, ANY, "request.make"),
        (PERSON, SELF, "request.see"),
        (PERSON, SELF, "request.withdraw"),
        (PERSON, ANY, "match.list"),
        (HELPER, MEMBER, "match.list"),
        (PERSON, SELF, "match.see"),
        (HELPER, RECEIVER, "match.see"),
        (PERSON, SELF, "match.answer"),
        (HELPER, RECEIVER, "match.answer"),
        (PERSON, SELF, "match.end"),
        (HELPER, RECEIVER, "match.end"),
        (HELPER, MEMBER, "helper.own"),
        (HELPER, OWNER, "helper.keep"),
        (COORDINATOR, OWNER, "helper.keep"),
        (HELPER, MEMBER, "helper.list"),
        (COORDINATOR, MEMBER, "helper.list"),
        (COORDINATOR, MEMBER, "helper.add_another"),
        (COORDINATOR, OWNER, "round.see"),
        (COORDINATOR, OWNER, "round.make"),
        (COORDINATOR, OWNER, "weights.set"),
        (COORDINATOR, MEMBER, "board.see"),
    }
)
