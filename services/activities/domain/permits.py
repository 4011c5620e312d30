"""Who may do what: role x relation x action."""

from itertools import product

from shared.permissions import ANY, ANYONE, MEMBER, OWNER, PERSON, SELF, PermissionTable

_ORGANISING = ("organiser", "school_staff")
_FOR_ANYONE = ("calendar.see", "activity.see", "drop_in.count", "drop_in.see", "drop_in.cancel")

PERMITS: PermissionTable = frozenset(
    {
        *product((ANYONE,), (ANY,), _FOR_ANYONE),
        (PERSON, ANY, "registration.make"),
        (PERSON, SELF, "registration.see"),
        (PERSON, SELF, "registration.cancel"),
        *product(_ORGANISING, (MEMBER,), ("activity.write", "hall.list", "numbers.list")),
        *product(
            _ORGANISING,
            (OWNER,),
            (
                "hall.add",
                "activity.publish",
                "activity.cancel",
                "activity.change",
                "numbers.see",
                "names.see",
                "interpreter.book",
            ),
        ),
    }
)
