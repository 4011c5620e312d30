"""R1: what one organisation proposes lets nothing go before the other says yes; either ends it for both at once."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask.testing import FlaskClient
from lxml import html

from services.referral import commands as referrals
from services.referral import events, timers
from services.referral.commands import agreements as commands
from services.referral.domain import Kind
from services.referral.domain.agreements import Parties, Terms
from services.referral.domain.refusals import AlreadyProposed, WrongStatus
from shared import clock
from shared.akkoord import AgreementMissing
from shared.directory import agreement_between
from shared.envelope import Envelope
from shared.refusals import Invalid, NotAllowed, NotThere, Stale
from shared.security import Actor, ActorKind
from shared.security import Membership as Held
from tests.builders.referral import Town
from tests.pages.well_formed import faults

Enter = Callable[[Actor], FlaskClient]


@pytest.fixture
def town(db_of: Any, settings_of: Any) -> Town:
    return Town(db_of("referral"), db_of("referral", "worker"), settings_of("referral")).settle()


@pytest.fixture
def new(town: Town) -> UUID:
    """An organisation with which nobody agreed anything."""
    return town.partner("Buurtwerk De Brem", "community", agreed=False)


@pytest.fixture
def enter(client_of: Any, sign_in: Any) -> Enter:
    return lambda actor: sign_in(client_of("referral"), actor)


def responsible(organisation: UUID) -> Actor:
    return Actor(uuid4(), ActorKind.STAFF, (Held(organisation, "responsible", "directie", "discretie"),))


def terms(**changes: Any) -> Terms:
    told = Terms("referral", "public_task", "none", ("reach", "question"), 180, clock.today())
    return told._replace(**changes)


def propose(town: Town, new: UUID, **changes: Any) -> commands.Target:
    parties = Parties(town.school, new)
    made = commands.propose_agreement(town.web, responsible(town.school), parties, terms(**changes))
    return commands.Target(made, 1)


def counts(town: Town, new: UUID) -> bool:
    with town.web.transaction(town.mira) as conn:
        return agreement_between(conn, (town.school, new), "referral", clock.today()) is not None


def test_a_proposal_alone_lets_nothing_go(town: Town, new: UUID) -> None:
    propose(town, new)
    assert not counts(town, new)
    with pytest.raises(AgreementMissing):
        town.draft(town.yes(new))


def test_with_the_others_yes_it_counts_and_all_services_hear_it(town: Town, new: UUID, owner_of: Any) -> None:
    target = propose(town, new, special_ground="care")
    commands.confirm_agreement(town.web, responsible(new), target)
    assert counts(town, new)
    assert town.draft(town.yes(new))
    rows = owner_of("referral").execute("SELECT body FROM outbox ORDER BY position").fetchall()
    told = [Envelope.model_validate_json(body) for (body,) in rows]
    last = [one for one in told if one.type == events.AgreementRegisteredV1.TYPE][-1]
    assert last.data["agreement_id"] == str(target.id)
    assert (last.data["legal_ground"], last.data["special_ground"]) == ("public_task", "care")
    assert last.data["fields"] == ["reach", "question"]


def test_it_never_reaches_back_before_the_yes(town: Town, new: UUID) -> None:
    target = propose(town, new, valid_from=clock.today() - timedelta(days=400))
    assert commands.confirm_agreement(town.web, responsible(new), target).valid_from == clock.today()


def test_nobody_confirms_their_own_proposal_or_that_of_others(town: Town, new: UUID) -> None:
    target = propose(town, new)
    for who, refusal in ((responsible(town.school), NotAllowed), (responsible(town.katrol), NotThere)):
        with pytest.raises(refusal):
            commands.confirm_agreement(town.web, who, target)
    for colleague in (Actor(uuid4(), ActorKind.STAFF, (Held(new, "partner_worker", "x", "discretie"),)), town.mira):
        with pytest.raises(NotAllowed):
            commands.confirm_agreement(town.web, colleague, target)
    assert not counts(town, new)


def test_nobody_proposes_for_another_organisation(town: Town, new: UUID) -> None:
    with pytest.raises(NotThere):
        commands.propose_agreement(town.web, responsible(town.katrol), Parties(town.school, new), terms())


def test_what_was_refused_or_withdrawn_is_not_confirmed_later(town: Town, new: UUID) -> None:
    refused = propose(town, new)
    commands.refuse_agreement(town.web, responsible(new), refused)
    with pytest.raises(WrongStatus):
        commands.confirm_agreement(town.web, responsible(new), refused._replace(version=2))
    withdrawn = propose(town, new)
    commands.withdraw_proposal(town.web, responsible(town.school), withdrawn)
    with pytest.raises(Stale):
        commands.confirm_agreement(town.web, responsible(new), withdrawn)
    assert not counts(town, new)


def test_a_yes_that_comes_twice_counts_once(town: Town, new: UUID, owner_of: Any) -> None:
    target = propose(town, new)
    commands.confirm_agreement(town.web, responsible(new), target)
    with pytest.raises(Stale):
        commands.confirm_agreement(town.web, responsible(new), target)
    count = owner_of("referral").execute("SELECT count(*) FROM agreement WHERE id = %s", (target.id,)).fetchone()
    assert count == (1,)


def test_one_proposal_waits_at_a_time_whoever_makes_it(town: Town, new: UUID) -> None:
    propose(town, new)
    with pytest.raises(AlreadyProposed):
        commands.propose_agreement(town.web, responsible(new), Parties(new, town.school), terms())


@pytest.mark.parametrize(
    "changes",
    [
        {"fields": ()},
        {"retention_days": 0},
        {"retention_days": 999_999},
        {"valid_until": clock.today()},
        {"valid_from": clock.today() + timedelta(days=9), "valid_until": clock.today() + timedelta(days=8)},
    ],
)
def test_what_cannot_be_agreed_is_refused(town: Town, new: UUID, changes: dict[str, Any]) -> None:
    with pytest.raises(Invalid):
        propose(town, new, **changes)


@pytest.mark.parametrize("side", ["school", "other"])
def test_r24_either_ends_it_and_what_was_sent_opens_no_more(town: Town, new: UUID, side: str, enter: Enter) -> None:
    target = propose(town, new)
    commands.confirm_agreement(town.web, responsible(new), target)
    town.fresh()
    referral_id = town.draft(town.yes(new))
    referrals.send_referral(town.web, town.mira, referrals.Target(referral_id, 1), town.terms)
    worker = enter(Actor(uuid4(), ActorKind.STAFF, (Held(new, "partner_worker", "buurtwerker", "discretie"),)))
    path = f"/referral/referrals/{referral_id}"
    assert worker.get(path).status_code == 200
    who = responsible(town.school if side == "school" else new)
    commands.end_agreement(town.web, who, commands.Target(target.id, 1))
    assert not counts(town, new)
    assert worker.get(path).status_code in (404, 409)
    assert "Amal" not in worker.get(path).text
    with pytest.raises(AgreementMissing):
        town.draft(town.yes(new))


@pytest.mark.parametrize("side", ["school", "other"])
def test_r7_what_rested_on_it_is_taken_back_and_the_school_talks_with_the_parent(
    town: Town, new: UUID, side: str, owner_of: Any
) -> None:
    """As at the end of an akkoord; what rests on another agreement goes on, and a second round changes nothing."""
    target = propose(town, new)
    commands.confirm_agreement(town.web, responsible(new), target)
    kept = town.sent()
    town.fresh()
    sent = town.draft(town.yes(new))
    referrals.send_referral(town.web, town.mira, referrals.Target(sent, 1), town.terms)
    draft = town.draft(town.yes(new))
    assert timers.recall_unagreed(town.worker) == 0
    commands.end_agreement(town.web, responsible(town.school if side == "school" else new), target._replace(version=1))
    assert timers.recall_unagreed(town.worker) == 2
    assert timers.recall_unagreed(town.worker) == 0
    rows = owner_of("referral").execute("SELECT id, status FROM referral").fetchall()
    assert dict(rows) == {kept: "sent", sent: "recalled", draft: "recalled"}
    talks = [one.referral_id for one in town.tasks(town.mira) if one.kind == Kind.TALK_WITH_PARENT]
    assert talks == [sent], "of a draft the family heard nothing"
    bodies = owner_of("referral").execute("SELECT body FROM outbox").fetchall()
    told = [Envelope.model_validate_json(body) for (body,) in bodies]
    recalled = [one.data["referral_id"] for one in told if one.type == events.ReferralRecalledV1.TYPE]
    assert sorted(recalled) == sorted([str(sent), str(draft)])


def test_r1_what_passed_its_last_day_is_over_but_not_where_another_agreement_runs(town: Town, new: UUID) -> None:
    town.agree(new, town.school, until=clock.today() + timedelta(days=30))
    town.fresh()
    town.draft(town.yes(new))
    with clock.fixed(clock.now() + timedelta(days=29)):
        assert timers.recall_unagreed(town.worker) == 0
    with clock.fixed(clock.now() + timedelta(days=31)):
        newer = town.agree(town.school, new)
        assert timers.recall_unagreed(town.worker) == 0
        commands.end_agreement(town.web, responsible(new), commands.Target(newer, 1))
        assert timers.recall_unagreed(town.worker) == 1


def test_a_third_organisation_neither_ends_nor_reads_it(town: Town, new: UUID, enter: Enter) -> None:
    target = propose(town, new)
    commands.confirm_agreement(town.web, responsible(new), target)
    stranger = responsible(town.katrol)
    with pytest.raises(NotThere):
        commands.end_agreement(town.web, stranger, commands.Target(target.id, 1))
    assert enter(stranger).get(f"/referral/agreements/{target.id}").status_code == 404


# ---- pages ----


def form_of(browser: FlaskClient, path: str, action: str) -> dict[str, Any]:
    page: html.HtmlElement = html.document_fromstring(browser.get(path).text)
    form = next(one for one in page.forms if one.get("action", "").endswith(action))
    found: dict[str, Any] = {}
    for name, value in form.form_values():
        found.setdefault(name, []).append(value)
    return found


def test_two_responsibles_agree_on_pages(town: Town, new: UUID, enter: Enter) -> None:
    school, other = enter(responsible(town.school)), enter(responsible(new))
    found = school.get("/referral/agreements/new?q=Brem")
    assert f"/referral/agreements/new/{new}" in found.text
    path = f"/referral/agreements/new/{new}"
    filled = form_of(school, path, path) | {"legal_ground": "public_task"}
    sent = school.post(path, data=filled)
    assert sent.status_code == 303
    assert "Voorgesteld." in school.get(sent.location).text
    page = sent.location.partition("?")[0]
    waiting = other.get("/referral/agreements/")
    assert "wacht op jullie" in waiting.text
    yes = form_of(other, page, "/answer") | {"answer": "yes"}
    assert "Zijn jullie het eens?" in other.get(page).text
    confirmed = other.post(f"{page}/answer", data=yes)
    assert "De overeenkomst geldt." in other.get(confirmed.location).text
    assert counts(town, new)
    for browser in (school, other):
        for shown in ("/referral/agreements/", page, "/referral/agreements/new", path):
            assert faults(browser.get(shown).text, "nl") == [], shown
    ended = school.post(f"{page}/end", data=form_of(school, page, "/end"))
    assert ended.status_code == 303
    assert not counts(town, new)
    assert "afgelopen" in other.get("/referral/agreements/").text


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"legal_ground": ""}, "Kies een van de mogelijkheden"),
        ({"legal_ground": "🌷"}, "Kies een van de mogelijkheden"),
        ({"fields_shared": []}, "Kies minstens één soort gegevens"),
        ({"retention_days": "veel"}, "Hoeveel dagen"),
        ({"retention_days": "99999999999"}, "tussen 1 en 3650"),
        ({"valid_from": ""}, "Vul dit in"),
        ({"last_day": "2020-01-01"}, "Kies een laatste dag na de eerste"),
    ],
)
def test_what_is_missing_is_said_beside_it(
    town: Town, new: UUID, enter: Enter, changes: dict[str, Any], words: str, owner_of: Any
) -> None:
    school, path = enter(responsible(town.school)), f"/referral/agreements/new/{new}"
    filled = form_of(school, path, path) | {"legal_ground": "public_task"} | changes
    refused = school.post(path, data=filled)
    assert refused.status_code == 422
    assert words in refused.text
    assert faults(refused.text, "nl") == []
    assert owner_of("referral").execute("SELECT count(*) FROM agreement_proposal").fetchone() == (0,)


def test_a_worker_reads_what_was_agreed_and_proposes_nothing(town: Town, enter: Enter) -> None:
    els = enter(town.els)
    page = els.get("/referral/agreements/")
    assert "Basisschool De Linde" in page.text
    assert "Stel er een voor" not in page.text
    assert els.get("/referral/agreements/new").status_code == 403
