"""Fills empty databases with the demo, by the same commands that people's pages call."""

import time
from collections.abc import Callable
from typing import TypeVar

from deploy.demo import community, counts, directory, families, plans, sharing, two_homes
from deploy.demo.rooms import Rooms, actor_of
from deploy.environment import Environment
from services.intake.commands import sign_texts
from services.intake.domain.card_texts import TEXTS
from services.referral.commands import (
    describe_organisation,
    grant_membership,
    register_agreement,
)
from services.referral.commands.guests import write_contact
from services.referral.commands.teams import make_team
from services.referral.domain.directory import Agreement, Membership, Organisation
from services.referral.domain.guests import Contact
from services.referral.domain.teams import TeamWish
from shared import clock
from shared.security import worker_of

_DIRECTORY, _INTAKE = worker_of("referral"), worker_of("intake")
_FIELDS = ("name_to_call", "reach", "languages", "question")
_RETENTION_DAYS = 180
Done = TypeVar("Done", int, list[families.Family])


def load(environment: Environment) -> None:
    """All of it, with a line for each part. The stack runs meanwhile: what one service needs comes from another."""
    with Rooms(environment) as rooms:
        _told("organisations, staff and agreements", lambda: _load_directory(rooms))
        _told("team", lambda: _make_team(rooms))
        _told("texts signed", lambda: _sign(rooms))
        _told("facts of closed months", lambda: counts.tell(rooms, clock.today()))
        _told("activities", lambda: community.publish_activities(rooms, clock.today()))
        opened = _told("families", lambda: families.open_files(rooms))
        _told("helpers", lambda: community.sign_up_helpers(rooms))
        _told("akkoorden and referrals", lambda: sharing.share(rooms, opened))
        _told("family in two homes", lambda: two_homes.open_two_homes(rooms))
        _told("family plans", lambda: plans.begin_plans(rooms, opened, clock.today()))


def _told(what: str, act: Callable[[], Done]) -> Done:
    begun = time.monotonic()
    done = act()
    count = done if isinstance(done, int) else len(done)
    print(f"  {count} {what}: {time.monotonic() - begun:.1f} s", flush=True)
    return done


def _load_directory(rooms: Rooms) -> int:
    db = rooms.worker("referral")
    for one in directory.organisations():
        organisation = Organisation(one.id, one.kind, one.name, one.town, tuple(one.languages))
        describe_organisation(db, _DIRECTORY, organisation)
    for staff in directory.staff():
        membership = Membership(
            staff.membership_id,
            staff.id,
            staff.organisation.id,
            staff.role,
            staff.function,
            staff.secrecy,
            directory.SINCE,
        )
        grant_membership(db, _DIRECTORY, membership)
    for agreed in directory.agreements():
        agreement = Agreement(
            agreed.id, agreed.a, agreed.b, agreed.purpose, agreed.ground, _FIELDS, _RETENTION_DAYS, directory.SINCE
        )
        register_agreement(db, _DIRECTORY, agreement)
    write_contact(db, _DIRECTORY, Contact(directory.without_account().id, directory.MAILBOX))
    return len(directory.organisations()) + len(directory.staff()) + len(directory.agreements())


def _make_team(rooms: Rooms) -> int:
    """One of the OCMW's, which a school can name and whose people see its referrals first."""
    people = {one.key: one for one in directory.staff()}
    wish = TeamWish("Onthaal", (people["ocmw"].membership_id,))
    head = people["diensthoofd"]
    make_team(rooms.web("referral"), actor_of(head), head.organisation.id, wish)
    return 1


def _sign(rooms: Rooms) -> int:
    """A made-up translator signs each language's akkoord texts (R26); a city has its own do so."""
    for lang in TEXTS:
        sign_texts(rooms.worker("intake"), _INTAKE, lang, directory.a_name("nl_BE", f"translator {lang}"))
    return len(TEXTS)
