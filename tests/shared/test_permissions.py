"""Role x relation x action, and how a refusal keeps quiet about what it must not tell."""

from uuid import uuid4

import pytest

from shared.permissions import PermissionTable, demand, may, may_at_all
from shared.refusals import NotAllowed, NotThere
from shared.security import ANYONE, Actor, ActorKind, Membership, worker_of

SCHOOL, OCMW = uuid4(), uuid4()
PERSON = Actor(uuid4(), ActorKind.PERSON)
TEACHER = Actor(uuid4(), ActorKind.STAFF, (Membership(SCHOOL, "school_staff", "zorgcoördinator", "ambtsgeheim"),))
WORKER = Actor(uuid4(), ActorKind.STAFF, (Membership(OCMW, "partner_worker", "maatschappelijk werker", "x"),))
BOTH = Actor(uuid4(), ActorKind.STAFF, (*TEACHER.memberships, Membership(OCMW, "organiser", "x", "y")))

TABLE: PermissionTable = frozenset(
    {
        ("school_staff", "owner", "file.open"),
        ("partner_worker", "receiver", "referral.open"),
        ("person", "self", "own.see"),
        ("person", "any", "request.make"),
        ("school_staff", "member", "organisation.search"),
        ("organiser", "owner", "activity.change"),
        ("anyone", "any", "welcome.see"),
    }
)


@pytest.mark.parametrize(
    ("actor", "action", "thing", "allowed"),
    [
        (TEACHER, "file.open", {"owner": SCHOOL}, True),
        (TEACHER, "file.open", {"owner": OCMW}, False),
        (TEACHER, "file.open", {"receiver": SCHOOL}, False),
        (TEACHER, "file.open", {}, False),
        (WORKER, "file.open", {"owner": OCMW}, False),
        (WORKER, "referral.open", {"owner": SCHOOL, "receiver": OCMW}, True),
        (WORKER, "referral.open", {"owner": OCMW}, False),
        (BOTH, "file.open", {"owner": OCMW}, False),  # a role at one organisation is none at another
        (BOTH, "activity.change", {"owner": OCMW}, True),
        (BOTH, "activity.change", {"owner": SCHOOL}, False),
        (TEACHER, "organisation.search", {}, True),
        (WORKER, "organisation.search", {}, False),
        (PERSON, "own.see", {"person": PERSON.id}, True),
        (PERSON, "own.see", {"person": uuid4()}, False),
        (PERSON, "own.see", {}, False),
        (PERSON, "request.make", {}, True),
        (TEACHER, "own.see", {"person": TEACHER.id}, False),  # an account is not a person of a family
        (ANYONE, "request.make", {}, False),
        (ANYONE, "welcome.see", {}, True),
        (PERSON, "welcome.see", {}, True),
        (TEACHER, "welcome.see", {}, True),
        (worker_of("intake"), "file.open", {"owner": SCHOOL}, False),
        (TEACHER, "unheard.of", {"owner": SCHOOL}, False),
    ],
)
def test_a_row_of_the_table_lets_through_who_has_the_role_and_the_relation(
    actor: Actor, action: str, thing: dict[str, object], *, allowed: bool
) -> None:
    assert may(TABLE, actor, action, **thing) is allowed  # type: ignore[arg-type]


def test_who_has_no_relation_to_a_thing_hears_that_it_does_not_exist() -> None:
    with pytest.raises(NotThere):
        demand(TABLE, WORKER, "file.open", owner=SCHOOL)
    with pytest.raises(NotThere):
        demand(TABLE, PERSON, "own.see", person=uuid4())
    with pytest.raises(NotThere):
        demand(TABLE, ANYONE, "file.open", owner=SCHOOL)


def test_who_knows_of_a_thing_hears_that_they_may_not() -> None:
    with pytest.raises(NotAllowed):
        demand(TABLE, TEACHER, "referral.open", owner=SCHOOL, receiver=OCMW)
    with pytest.raises(NotAllowed):
        demand(TABLE, WORKER, "organisation.search")
    demand(TABLE, TEACHER, "file.open", owner=SCHOOL)


def test_a_route_lets_through_who_has_the_role_at_all() -> None:
    assert may_at_all(TABLE, TEACHER, "file.open")
    assert not may_at_all(TABLE, WORKER, "file.open")
    assert may_at_all(TABLE, PERSON, "own.see")
    assert not may_at_all(TABLE, ANYONE, "own.see")
    assert may_at_all(TABLE, ANYONE, "welcome.see")
