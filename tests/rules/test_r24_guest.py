"""R24, R18, R1: a receiver without an account opens one referral, with its mailbox, for as long as the yes lasts."""

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask.testing import FlaskClient
from lxml import html

from services.referral import commands, timers
from services.referral.commands import Target, guests
from services.referral.domain.guests import Contact
from services.referral.store import guests as store
from services.referral.timers import Post
from shared import clock
from shared.mail import Server
from tests.builders.referral import WORKER, Town
from tests.keycloak.mailbox import Mailbox, link_in
from tests.pages.well_formed import faults

GONE = "Deze doorverwijzing is niet meer voor jou beschikbaar."
_FAMILY = ("Amal", "0470", "finan", "geld", "Arabisch", "ouder", "kind", "school", "De Linde")


@pytest.fixture(scope="module")
def mailbox() -> Iterator[Mailbox]:
    made = Mailbox()
    made.open()
    yield made
    made.close()


@pytest.fixture
def town(db_of: Any, settings_of: Any) -> Town:
    return Town(db_of("referral"), db_of("referral", "worker"), settings_of("referral")).settle()


class Desk:
    """An organisation of which nobody has an account, and what reaches its mailbox."""

    def __init__(self, town: Town, mailbox: Mailbox, address: str) -> None:
        self.town, self.mailbox, self.address = town, mailbox, address
        self.organisation = town.partner("Buurtwerk De Brem", "community")
        self.post = Post(Server("127.0.0.1", mailbox.port, "brug@brug.example"), town.settings.desk, "http://localhost")
        self.read = mailbox.count(address)
        guests_contact(town, self.organisation, address)

    def deliver(self) -> int:
        return timers.send_letters(self.town.worker, self.post)

    def next_mail(self) -> Any:
        """The mail that comes now."""
        self.deliver()
        self.read += 1
        return self.mailbox.await_mail(self.address, self.read, 5)

    def sent(self, yes: Any = None) -> UUID:
        self.town.fresh()
        referral_id = self.town.draft(yes or self.town.yes(self.organisation))
        commands.send_referral(self.town.web, self.town.mira, Target(referral_id, 1), self.town.terms)
        return referral_id

    def link(self) -> str:
        return link_in(self.next_mail()).removeprefix("http://localhost")

    def code(self) -> str:
        found = re.search(r"\d{4} \d{4}", words_of(self.next_mail()))
        assert found
        return found[0]


def guests_contact(town: Town, organisation: UUID, address: str, *, always: bool = False) -> None:
    with town.worker.transaction(WORKER) as conn:
        store.put_contact(conn, Contact(organisation, address, always))


def words_of(mail: Any) -> str:
    part = mail.get_body(("plain",))
    assert part is not None
    return str(part.get_content())


@pytest.fixture
def desk(town: Town, mailbox: Mailbox) -> Desk:
    return Desk(town, mailbox, f"{uuid4()}@wijk.example")


@pytest.fixture
def browser(client_of: Any) -> FlaskClient:
    client: FlaskClient = client_of("referral")
    return client


def fields(browser: FlaskClient, path: str, action: str) -> dict[str, str]:
    page: html.HtmlElement = html.document_fromstring(browser.get(path).text)
    form = next(one for one in page.forms if one.get("action", "").endswith(action))
    return dict(form.form_values())


def ask_code(browser: FlaskClient, link: str, status: int = 303) -> None:
    answer = browser.post(f"{link}/code", data=fields(browser, link, "/code"))
    assert answer.status_code == status, answer.text


def type_code(browser: FlaskClient, link: str, code: str, status: int = 303) -> str:
    answer = browser.post(link, data=fields(browser, f"{link}/code", link) | {"code": code})
    assert answer.status_code == status, answer.text
    return answer.location or answer.text


def come_in(desk: Desk, browser: FlaskClient, link: str) -> str:
    """The page of the referral, as a guest reaches it."""
    ask_code(browser, link)
    return type_code(browser, link, desk.code())


def test_from_mail_to_answer_without_an_account(desk: Desk, browser: FlaskClient, owner_of: Any) -> None:
    referral_id = desk.sent()
    path = come_in(desk, browser, desk.link())
    page = browser.get(path)
    assert path == f"/referral/referrals/{referral_id}"
    assert "Amal" in page.text
    assert faults(page.text, "nl") == []
    day = (clock.today() + timedelta(days=3)).isoformat()
    filled = fields(browser, path, "/accept") | {
        "other_day": day,
        "other_hour": "10:00",
        "contact": "Els",
        "place": "x",
    }
    assert browser.post(f"{path}/accept", data=filled).status_code == 303
    assert "Dank je" in browser.get(f"{path}?done=accepted").text
    [(status, contact)] = owner_of("referral").execute("SELECT status, contact FROM referral").fetchall()
    assert (status, contact) == ("meeting_planned", "Els")


def test_a_mail_says_nothing_of_a_family_and_nothing_of_help(desk: Desk, browser: FlaskClient) -> None:
    desk.sent()
    mails = [desk.next_mail()]
    ask_code(browser, link_in(mails[0]).removeprefix("http://localhost"))
    mails.append(desk.next_mail())
    for mail in mails:
        told = f"{mail['Subject']} {words_of(mail)}".lower()
        assert not [word for word in _FAMILY if word.lower() in told]
        assert mail["Auto-Submitted"] == "auto-generated"


def test_r18_the_family_reads_which_organisation_looked_without_an_account(
    desk: Desk, browser: FlaskClient, owner_of: Any
) -> None:
    desk.sent()
    browser.get(come_in(desk, browser, desk.link()))
    looks = owner_of("referral").execute("SELECT organisation_id, function, ground FROM look").fetchall()
    assert looks == [(desk.organisation, "medewerker zonder account", "akkoord")]


def test_where_somebody_has_an_account_no_mail_goes_unless_it_is_asked_for(town: Town, desk: Desk) -> None:
    guests_contact(town, town.ocmw, "ocmw@ocmw.example")
    town.sent()
    assert desk.deliver() == 0
    guests_contact(town, town.ocmw, "ocmw@ocmw.example", always=True)
    town.sent()
    assert desk.deliver() == 1


def test_without_an_address_no_mail_waits(town: Town, desk: Desk, owner_of: Any) -> None:
    town.sent()
    assert owner_of("referral").execute("SELECT count(*) FROM letter").fetchone() == (0,)


def test_opening_a_link_sends_nothing_and_tells_nothing(desk: Desk, browser: FlaskClient, owner_of: Any) -> None:
    desk.sent()
    link = desk.link()
    for path in (link, f"{link}/code"):
        answer = browser.get(path)
        assert answer.status_code == 200
        assert faults(answer.text, "nl") == []
        assert not [word for word in ("Amal", "0470", "inanc") if word in answer.text]
        assert answer.headers["Cache-Control"] == "no-store"
    assert desk.deliver() == 0
    assert owner_of("referral").execute("SELECT status FROM referral").fetchone() == ("sent",)
    assert owner_of("referral").execute("SELECT count(*) FROM look").fetchone() == (0,)


def test_a_link_that_was_passed_on_opens_nothing_without_the_mailbox(desk: Desk, client_of: Any) -> None:
    referral_id = desk.sent()
    stranger, link = client_of("referral"), desk.link()
    ask_code(stranger, link)
    assert "Deze code klopt niet" in type_code(stranger, link, "12345678", 422)
    answer = stranger.get(f"/referral/referrals/{referral_id}")
    assert answer.status_code == 303
    assert "/sign-in" in answer.location


def test_a_code_counts_once(desk: Desk, browser: FlaskClient, client_of: Any) -> None:
    desk.sent()
    link = desk.link()
    ask_code(browser, link)
    code = desk.code()
    type_code(browser, link, code.replace(" ", ""))
    type_code(client_of("referral"), link, code, 422)


def test_five_wrong_guesses_end_a_code(desk: Desk, browser: FlaskClient) -> None:
    desk.sent()
    link = desk.link()
    ask_code(browser, link)
    code = desk.code()
    wrong = str((int(code.replace(" ", "")) + 1) % 10**8).zfill(8)
    for _ in range(5):
        type_code(browser, link, wrong, 422)
    type_code(browser, link, code, 422)
    ask_code(browser, link)
    type_code(browser, link, desk.code())


def test_a_code_is_too_old_after_ten_minutes(desk: Desk, browser: FlaskClient) -> None:
    desk.sent()
    link = desk.link()
    ask_code(browser, link)
    code = desk.code()
    with clock.fixed(clock.now() + timedelta(minutes=11)):
        desk.town.fresh()
        type_code(browser, link, code, 422)


def test_a_new_code_ends_the_one_before(desk: Desk, browser: FlaskClient) -> None:
    desk.sent()
    link = desk.link()
    ask_code(browser, link)
    first = desk.code()
    ask_code(browser, link)
    second = desk.code()
    type_code(browser, link, first, 422)
    type_code(browser, link, second)


def test_nobody_asks_for_codes_without_end(desk: Desk, browser: FlaskClient, owner_of: Any) -> None:
    desk.sent()
    link = desk.link()
    for _ in range(3):
        ask_code(browser, link)
    answer = browser.post(f"{link}/code", data=fields(browser, link, "/code"))
    assert answer.status_code == 429
    assert "genoeg codes" in answer.text
    assert owner_of("referral").execute("SELECT count(*) FROM guest_code").fetchone() == (3,)


@pytest.mark.parametrize("typed", ["", "🌷" * 30, "١٢٣٤", "1" * 39, "1" * 5000, "'; DROP TABLE letter; --"])
def test_what_is_no_code_is_refused_in_words(desk: Desk, browser: FlaskClient, typed: str) -> None:
    desk.sent()
    link = desk.link()
    ask_code(browser, link)
    shown = type_code(browser, link, typed, 422)
    assert faults(shown, "nl") == []


ENDS = ["stop", "expire", "withdraw", "error", "family", "decline", "agreement"]


def end_it(town: Town, desk: Desk, yes: Any, referral_id: UUID, how: str, owner: Any) -> None:
    target = town.target(referral_id)
    if how in ("stop", "expire"):
        town.stop(yes, {"stop": "stopped", "expire": "expired"}[how])
    elif how == "agreement":
        owner.execute(
            "UPDATE agreement SET valid_until = %s WHERE organisation_b = %s", (clock.today(), desk.organisation)
        )
    elif how == "decline":
        [link] = owner.execute("SELECT id FROM guest_link").fetchone()
        with town.web.transaction(WORKER) as conn:
            guest = guests.guest_of(conn, link)
        commands.decline_referral(town.web, guest, target, "no_room")
    else:
        act = {
            "withdraw": commands.withdraw_referral,
            "error": commands.call_error,
            "family": commands.end_by_family,
        }[how]
        act(town.web, town.mira, target)


@pytest.mark.parametrize("how", ENDS)
def test_r24_when_it_is_over_old_page_old_link_and_old_session_open_nothing(
    town: Town, desk: Desk, browser: FlaskClient, client_of: Any, owner_of: Any, how: str
) -> None:
    yes = town.yes(desk.organisation)
    referral_id = desk.sent(yes)
    link = desk.link()
    path = come_in(desk, browser, link)
    held = fields(browser, path, "/accept")
    end_it(town, desk, yes, referral_id, how, owner_of("referral"))
    for answer in (
        browser.get(path),
        browser.get(f"{path}/meeting"),
        browser.get(f"{path}/afspraak.ics"),
        browser.get(f"{path}/decline"),
        browser.post(f"{path}/accept", data=held | {"other_day": "2030-01-02", "other_hour": "10:00", "place": "x"}),
        browser.get(link),
        client_of("referral").get(link),
        client_of("referral").get(f"{link}/code"),
    ):
        assert answer.status_code in (404, 409), answer.text
        assert "Amal" not in answer.text
        assert answer.headers["Cache-Control"] == "no-store"
    assert GONE in client_of("referral").get(link).text
    if how != "agreement":
        assert GONE in browser.get(path).text


def test_a_code_that_was_asked_for_before_the_end_lets_nobody_in(town: Town, desk: Desk, browser: FlaskClient) -> None:
    yes = town.yes(desk.organisation)
    desk.sent(yes)
    link = desk.link()
    ask_code(browser, link)
    filled, code = fields(browser, f"{link}/code", link), desk.code()
    town.stop(yes)
    assert browser.post(link, data=filled | {"code": code}).status_code == 404


def test_mail_that_waits_for_what_is_over_never_leaves(town: Town, desk: Desk) -> None:
    yes = town.yes(desk.organisation)
    desk.sent(yes)
    town.stop(yes)
    desk.deliver()
    assert desk.mailbox.count(desk.address) == 0


def test_a_guest_sees_this_one_referral_and_no_list(town: Town, desk: Desk, browser: FlaskClient) -> None:
    mine, elsewhere = desk.sent(), town.sent()
    come_in(desk, browser, desk.link())
    other = desk.sent()
    opened = [browser.get(f"/referral/referrals/{one}").status_code for one in (mine, other, elsewhere)]
    assert opened == [200, 404, 404]
    for path in ("", "worklist", "overview", "capacity", "organisations", "tasks", "staff/", "plans"):
        assert browser.get(f"/referral/{path}").status_code in (403, 404), path


def test_a_guest_asks_and_hears_by_mail_that_the_school_answered(
    town: Town, desk: Desk, browser: FlaskClient, owner_of: Any
) -> None:
    referral_id = desk.sent()
    path = come_in(desk, browser, desk.link())
    answer = browser.post(f"{path}/ask", data=fields(browser, path, "/ask") | {"kind": "question"})
    assert answer.status_code == 303
    said = commands.InformationAnswer("ask_parent")
    commands.answer_information(town.web, town.mira, town.target(referral_id), said, town.terms)
    assert "nieuws" in desk.next_mail()["Subject"]
    assert "De school antwoordt op jullie vraag" in browser.get(path).text


def test_a_guest_reports_the_meeting_and_how_it_ended(
    town: Town, desk: Desk, browser: FlaskClient, owner_of: Any
) -> None:
    desk.sent()
    path = come_in(desk, browser, desk.link())
    later = fields(browser, path, "/accept") | {"answer": "later", "contact": "Els"}
    assert browser.post(f"{path}/accept", data=later).status_code == 303
    assert browser.post(f"{path}/met", data=fields(browser, path, "/met")).status_code == 303
    told = fields(browser, path, "/outcome") | {"code": "helped"}
    assert browser.post(f"{path}/outcome", data=told).status_code == 303
    assert owner_of("referral").execute("SELECT status FROM referral").fetchone() == ("outcome_reported",)


def test_a_guest_says_no_and_the_page_says_goodbye(desk: Desk, browser: FlaskClient) -> None:
    desk.sent()
    path = come_in(desk, browser, desk.link())
    filled = fields(browser, f"{path}/decline", "/decline") | {"code": "no_room"}
    answer = browser.post(f"{path}/decline", data=filled)
    assert answer.status_code == 303
    done = browser.get(answer.location)
    assert "Dank je om te antwoorden" in done.text
    assert faults(done.text, "nl") == []
    assert GONE in browser.get(path).text


def test_signing_out_ends_it_and_the_link_asks_a_new_code(desk: Desk, browser: FlaskClient) -> None:
    desk.sent()
    link = desk.link()
    path = come_in(desk, browser, link)
    out = fields(browser, path, "/sign-out")
    assert browser.post("/referral/sign-out", data=out).status_code == 303
    assert browser.get(path).status_code == 303
    assert "Stuur de code" in browser.get(link).text


@pytest.mark.parametrize("away", [timedelta(minutes=31), timedelta(days=1)])
def test_who_was_away_too_long_reads_to_open_the_mails_link_again(
    town: Town, desk: Desk, browser: FlaskClient, away: timedelta
) -> None:
    """Also once the session itself is forgotten: a page to sign in leads nowhere for who has no account."""
    desk.sent()
    link = desk.link()
    path = come_in(desk, browser, link)
    held = fields(browser, path, "/accept")
    with clock.fixed(clock.now() + away):
        town.fresh()
        timers.forget_old(town.worker)
        for answer in (browser.get(path), browser.post(f"{path}/accept", data=held)):
            assert answer.status_code == 401
            assert "Open de link in de mail opnieuw" in answer.text
            assert "Amal" not in answer.text
            assert faults(answer.text, "nl") == []
            assert answer.headers["Cache-Control"] == "no-store"
        assert come_in(desk, browser, link) == path
        assert "Amal" in browser.get(path).text


def test_who_is_in_goes_straight_from_the_link_to_the_referral(desk: Desk, browser: FlaskClient) -> None:
    desk.sent()
    link = desk.link()
    path = come_in(desk, browser, link)
    answer = browser.get(link)
    assert (answer.status_code, answer.location) == (303, path)


def test_another_link_ends_the_one_before_and_its_session(
    town: Town, desk: Desk, browser: FlaskClient, client_of: Any
) -> None:
    referral_id = desk.sent()
    first = desk.link()
    path = come_in(desk, browser, first)
    browser.get(path)
    guests.mail_again(town.web, town.mira, town.target(referral_id))
    second = desk.link()
    assert second != first
    assert GONE in browser.get(path).text
    assert "Deze link werkt niet meer" in client_of("referral").get(first).text
    come_in(desk, client_of("referral"), second)


def test_a_link_ends_with_its_last_day_and_the_school_can_send_another(town: Town, desk: Desk, client_of: Any) -> None:
    referral_id = desk.sent()
    link = desk.link()
    with clock.fixed(clock.now() + timedelta(days=91)):
        town.fresh()
        assert "Deze link werkt niet meer" in client_of("referral").get(link).text
        guests.mail_again(town.web, town.mira, town.target(referral_id))
        assert client_of("referral").get(desk.link()).status_code == 200


def test_taking_the_address_away_closes_what_was_mailed(town: Town, desk: Desk, browser: FlaskClient) -> None:
    desk.sent()
    link = desk.link()
    path = come_in(desk, browser, link)
    with town.worker.transaction(WORKER) as conn:
        store.drop_contact(conn, desk.organisation)
    assert GONE in browser.get(path).text
    assert "Deze link werkt niet meer" in browser.get(link).text


def test_who_does_not_know_whether_the_yes_lives_opens_nothing(desk: Desk, browser: FlaskClient) -> None:
    desk.sent()
    link = desk.link()
    with clock.fixed(clock.now() + timedelta(seconds=90)):
        assert browser.get(link).status_code == 503


@pytest.mark.parametrize("token", ["zomaar", "0" * 64, "%00", "🌷", "a" * 3000])
def test_a_link_that_never_was_says_the_same_as_one_that_is_over(browser: FlaskClient, town: Town, token: str) -> None:
    answer = browser.get(f"/referral/guest/{token}")
    assert answer.status_code == 404
    assert GONE in answer.text


def test_neither_links_nor_codes_nor_addresses_stand_beside_the_letters(
    desk: Desk, browser: FlaskClient, owner_of: Any
) -> None:
    desk.sent()
    link = desk.link()
    ask_code(browser, link)
    code = desk.code().replace(" ", "")
    token = link.rpartition("/")[2]
    for table in ("guest_link", "guest_code", "letter", "outbox"):
        rows = str(owner_of("referral").execute(f"SELECT * FROM {table}").fetchall())
        assert not [one for one in (token, code, desk.address) if one in rows], table


def test_a_reminder_goes_once_for_a_term_that_passed(town: Town, desk: Desk) -> None:
    desk.sent()
    desk.next_mail()
    with clock.fixed(clock.now() + timedelta(days=7)):
        for _ in range(2):
            timers.look_at_terms(town.worker)
        assert "wacht nog op jullie antwoord" in desk.next_mail()["Subject"]
        assert desk.deliver() == 0


def test_the_school_sees_what_became_of_the_mail_and_sends_another(
    desk: Desk, client_of: Any, sign_in: Any, town: Town
) -> None:
    referral_id = desk.sent()
    school, path = sign_in(client_of("referral"), town.mira), f"/referral/referrals/{referral_id}"
    assert "De mail met een link vertrekt zo" in school.get(path).text
    desk.next_mail()
    page = school.get(path)
    assert "Mail met een link: verstuurd vandaag" in page.text
    assert faults(page.text, "nl") == []
    for status in (303, 303, 429):
        filled = fields(school, path, "/mail-again")
        assert school.post(f"{path}/mail-again", data=filled).status_code == status


def test_another_school_and_a_partner_send_no_mails(desk: Desk, town: Town, client_of: Any, sign_in: Any) -> None:
    referral_id = desk.sent()
    for who, status in ((town.jo, 404), (town.els, 403)):
        client = sign_in(client_of("referral"), who)
        token = fields(client, "/referral/", "/sign-out")
        answer = client.post(f"/referral/referrals/{referral_id}/mail-again", data=token | {"version": "2"})
        assert answer.status_code == status
