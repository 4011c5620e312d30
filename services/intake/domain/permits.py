"""Who may do what in intake: role x relation x action; commands and views ask it of the thing at hand."""

from shared.permissions import ANY, ANYONE, MEMBER, OWNER, PERSON, SELF, PermissionTable

PERMITS: PermissionTable = frozenset(
    {
        (ANYONE, ANY, "welcome.see"),
        (ANYONE, ANY, "code.use"),
        (ANYONE, ANY, "exit.quickly"),
        ("school_staff", MEMBER, "files.list"),
        ("school_staff", OWNER, "file.open"),
        ("school_staff", OWNER, "file.see"),
        ("school_staff", OWNER, "file.change"),
        ("school_staff", OWNER, "safety.set"),
        ("school_staff", OWNER, "file.hand_over"),
        ("school_staff", OWNER, "akkoord.ask"),
        ("school_staff", OWNER, "akkoorden.see"),
        ("school_staff", OWNER, "akkoord.stop"),
        ("school_staff", OWNER, "code.make"),
        ("school_staff", OWNER, "looks.see"),
        ("school_staff", OWNER, "contact.note"),
        ("school_staff", OWNER, "goal.set"),
        ("school_staff", MEMBER, "card.print"),
        ("dpo", OWNER, "looks.see"),
        ("dpo", OWNER, "looks.name"),
        ("dpo", MEMBER, "texts.sign"),
        (PERSON, ANY, "home.see"),
        (PERSON, SELF, "akkoorden.see"),
        (PERSON, SELF, "akkoord.stop"),
        (PERSON, SELF, "looks.see"),
        (PERSON, SELF, "known.see"),
        (PERSON, SELF, "everything.take"),
        (PERSON, SELF, "correction.ask"),
        (PERSON, SELF, "corrections.see"),
        ("school_staff", OWNER, "corrections.see"),
        ("school_staff", OWNER, "correction.answer"),
    }
    | {
        (role, MEMBER, "worry.see")
        for role in ("school_staff", "partner_worker", "organiser", "helper", "coordinator", "dpo")
    }
)
