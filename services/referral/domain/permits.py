"""Who may do what with what referral owns: rows of role, relation and action; moves bring their own."""

from services.referral.domain.moves import MOVES
from services.referral.domain.plan import PLAN_MOVES

_STAFF = ("school_staff", "partner_worker", "organiser", "helper", "coordinator", "dpo", "responsible")

_MOVES = {(role, relation, f"referral.{action}") for (_, action), move in MOVES.items() for role, relation in move.who}
_TASKS = {
    ("school_staff", "member", "task.list"),
    ("partner_worker", "member", "task.list"),
    ("school_staff", "owner", "task.do"),
    ("partner_worker", "receiver", "task.do"),
}
_PERSONS = {
    ("person", "any", "mine.see"),
    ("person", "self", "mine.open"),
    ("person", "self", "referral.calendar"),
    ("school_staff", "owner", "referral.calendar"),
    ("partner_worker", "receiver", "referral.calendar"),
    ("guest", "receiver", "referral.calendar"),
}

_KEEP = (("responsible", "owner"), ("coordinator", "any"), ("dpo", "any"))
_GUESTS = {
    ("anyone", "any", "guest.enter"),
    ("guest", "receiver", "referral.read"),
    ("school_staff", "owner", "referral.mail_again"),
    ("partner_worker", "owner", "contact.write"),
    ("responsible", "owner", "contact.write"),
    ("coordinator", "any", "contact.write"),
    ("dpo", "any", "contact.write"),
}

# An organisation keeps its own people and agreements; whoever oversees more of them keeps all.
_KEEPERS = {
    *((role, relation, f"staff.{act}") for role, relation in _KEEP for act in ("invite", "end")),
    ("responsible", "owner", "team.keep"),
    ("responsible", "owner", "agreement.propose"),
    ("responsible", "receiver", "agreement.answer"),
    *(("responsible", side, "agreement.end") for side in ("owner", "receiver")),
    *((role, "member", "agreement.list") for role in ("responsible", "school_staff", "partner_worker")),
}
# A school has no coordinator of its own: there, and where a partner wants it so, its program does this.
_WEBHOOKS = {
    (role, "owner", "webhook.manage")
    for role in ("coordinator", "dpo", "school_staff program", "partner_worker program")
}

PERMITS: frozenset[tuple[str, str, str]] = frozenset(
    _MOVES
    | _TASKS
    | _PERSONS
    | _GUESTS
    | _KEEPERS
    | _WEBHOOKS
    | {
        ("school_staff", "owner", "referral.draft"),
        ("school_staff", "owner", "referral.read"),
        ("partner_worker", "receiver", "referral.read"),
        ("school_staff", "member", "referral.list"),
        ("partner_worker", "member", "referral.list"),
        ("school_staff", "owner", "capacity.ask"),
        ("partner_worker", "owner", "capacity.state"),
        ("school_staff", "member", "capacity.list"),
        ("partner_worker", "member", "capacity.list"),
        ("dpo", "any", "directory.write"),
        ("coordinator", "any", "directory.write"),
    }
    | {(role, "any", "organisation.search") for role in _STAFF}
    | {(role, relation, f"plan.{step}") for (_, step), move in PLAN_MOVES.items() for role, relation in move.who}
    | {
        ("school_staff", "owner", "plan.start"),
        ("school_staff", "owner", "plan.read"),
        ("school_staff", "owner", "plan.paper"),
        ("school_staff", "owner", "plan.history"),
        ("partner_worker", "receiver", "plan.read"),
        ("person", "self", "plan.read"),
        ("person", "self", "plan.paper"),
        ("person", "self", "plan.history"),
        ("school_staff", "member", "plan.list"),
        ("partner_worker", "member", "plan.list"),
        ("person", "any", "plan.own"),
    }
)
