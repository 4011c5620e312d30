"""A family's plan as its readers see it: the school in Dutch, the family in its language, a partner its parts."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask.testing import FlaskClient

from services.referral.commands import plans
from services.referral.domain.plan import Content, PersonKind
from shared import clock
from shared.security import Actor, ActorKind, Membership
from tests.builders.plans import Family, a_plan, action, an_activity, words
from tests.builders.referral import Town
from tests.pages.test_referral_pages import form_of, page_of, post, text
from tests.pages.well_formed import faults


@pytest.fixture
def town(db_of: Any, settings_of: Any) -> Town:
    return Town(db_of("referral"), db_of("referral", "worker"), settings_of("referral")).settle()


@pytest.fixture
def family(town: Town) -> Family:
    return a_plan(town)


@pytest.fixture
def enter(client_of: Any, sign_in: Any) -> Any:
    """`enter(actor)`: this actor's browser."""
    return lambda actor: sign_in(client_of("referral"), actor)


@pytest.fixture
def school(enter: Any, town: Town) -> FlaskClient:
    client: FlaskClient = enter(town.mira)
    return client


@pytest.fixture
def amal(enter: Any, family: Family) -> FlaskClient:
    client: FlaskClient = enter(family.amal)
    return client


def of(family: Family, *more: str) -> str:
    return "/".join([f"/referral/plans/{family.plan_id}", *more])


def a_brugfiguur_of(school: UUID) -> Actor:
    return Actor(uuid4(), ActorKind.STAFF, (Membership(school, "school_staff", "brugfiguur", "ambtsgeheim"),))


def token_of(client: FlaskClient, path: str) -> str:
    """What every form of this page carries."""
    return str(page_of(client.get(path).text).xpath("//input[@name='csrf_token']/@value")[0])


def fill(client: FlaskClient, path: str, **given: Any) -> str:
    """Open the form at this address, fill these fields in and send it; returns where it leads, or the page again."""
    fields = form_of(client, path, path.partition("?")[0]) | given
    answer = client.post(path.partition("?")[0], data=fields)
    assert answer.status_code in (303, 422), answer.text
    return str(answer.location or answer.text)


# ---- beginning ----


def test_a_school_begins_a_plan_from_a_familys_file(town: Town, school: FlaskClient) -> None:
    family = Family(town).arrive()
    path = f"/referral/plans/new?family={family.family_id}"
    assert "Ouder of verzorger 1" in text(school, path)
    place = fill(school, path, called_0="Amal", called_2="Yusuf", lang="ar")
    shown = text(school, place)
    assert "Gezinsplan van Amal" in shown
    assert "Wat gaat er goed? Dat staat er nog niet. Begin daar." in shown
    assert school.get(path).location.startswith(place.partition("?")[0])
    assert "Amal" in text(school, "/referral/plans")


def test_r10_a_plan_without_a_child_is_for_who_expects_one(town: Town, school: FlaskClient) -> None:
    family = Family(town).arrive(kinds="caregiver")
    path = f"/referral/plans/new?family={family.family_id}"
    assert "of die een kindje verwachten" in fill(school, path, lang="nl")
    assert "/referral/plans/" in fill(school, path, lang="nl", expecting="y")


def test_the_form_sent_twice_begins_one_plan(town: Town, school: FlaskClient, owner_of: Any) -> None:
    family = Family(town).arrive()
    fields = form_of(school, f"/referral/plans/new?family={family.family_id}", "/plans/new") | {"lang": "ar"}
    assert post(school, "/referral/plans/new", fields) == post(school, "/referral/plans/new", fields)
    assert owner_of("referral").execute("SELECT count(*) FROM plan").fetchone() == (1,)


def test_dates_that_do_not_follow_one_another_are_said_and_nothing_begins(town: Town, school: FlaskClient) -> None:
    family = Family(town).arrive()
    path = f"/referral/plans/new?family={family.family_id}"
    shown = fill(school, path, lang="ar", ends_on=str(clock.today() - timedelta(days=1)))
    assert "De data volgen elkaar niet" in shown
    assert "Er loopt nog geen plan" in text(school, "/referral/plans")


# ---- writing ----


def test_own_words_stand_with_the_dutch_beside_them(family: Family, school: FlaskClient, amal: FlaskClient) -> None:
    fill(school, of(family, "sections", "strengths", "words"), text="Mijn zoon rekent graag 😊.", lang="nl",
         beside="ابني يحب الحساب.")  # fmt: skip
    page = page_of(amal.get(of(family) + "?lang=ar").text)
    [card] = page.xpath("//section[@id='strengths']")
    assert card.xpath(".//*[@lang='ar'][normalize-space()='ابني يحب الحساب.']")
    assert card.xpath(".//q[@lang='nl'][normalize-space()='Mijn zoon rekent graag 😊.']")
    [card] = page_of(school.get(of(family)).text).xpath("//section[@id='strengths']")
    assert card.xpath(".//li/p[1]/q[@lang='nl']")


def test_an_action_has_an_owner_a_date_and_points_to_the_calendar(
    family: Family, school: FlaskClient, amal: FlaskClient
) -> None:
    occasion = an_activity(family.town, clock.now() + timedelta(days=3))
    path = of(family, "sections", "social_network", "action")
    assert "Vul dit in" in fill(school, path, text="Naar het oudercafé", who=str(family.person(family.amal)))
    fill(
        school, path, text="Naar het oudercafé", who=str(family.person(family.amal)),
        by=str(clock.today() + timedelta(days=3)), occasion=f"{occasion.activity_id}:{occasion.occurrence_id}",
    )  # fmt: skip
    shown = text(amal, of(family) + "?lang=nl")
    assert "Naar het oudercafé" in shown
    assert "Polyvalente zaal" in shown
    assert "Gelukt?" not in shown
    [one] = family.seen(family.amal).content("social_network").actions
    assert one.occasion == occasion


def test_a_change_keeps_what_the_form_does_not_ask(family: Family, school: FlaskClient) -> None:
    occasion = an_activity(family.town, clock.now() - timedelta(days=3))
    one = action("Naar het oudercafé", family.person(family.amal), occasion=occasion, by=clock.today())
    family.write(family.town.mira, "leisure", words("Meer mensen kennen"), actions=(one,))
    fill(school, of(family, "sections", "leisure", f"action?id={one.id}"), state="busy")
    [kept] = family.seen(family.amal).content("leisure").actions
    assert (kept.id, kept.occasion, kept.state) == (one.id, occasion, "busy")
    assert [item.text for item in family.seen(family.amal).content("leisure").items] == ["Meer mensen kennen"]


def test_r10_staff_leave_the_familys_words_and_put_dutch_beside_them(family: Family, school: FlaskClient) -> None:
    one = words("أريد الهدوء", lang="ar")
    family.write(family.amal, "wishes", one)
    path = of(family, "sections", "wishes", f"words?id={one.id}")
    assert "Alleen het gezin verandert deze woorden" in fill(school, path, text="Rust")
    assert "/plans/" in fill(school, path, beside="Ik wil rust")
    [kept] = family.seen(family.amal).content("wishes").items
    assert (kept.text, kept.lang, kept.beside, kept.beside_lang) == ("أريد الهدوء", "ar", "Ik wil rust", "nl")
    assert "Haal dit weg" not in text(school, path)


def test_r15_a_persons_words_come_back_as_they_were_typed(
    family: Family, amal: FlaskClient, school: FlaskClient
) -> None:
    said = "ik wil meer tijd <b>voor</b> mij & de kinderen; huisbezoek is ok"
    fill(amal, of(family, "sections", "wishes", "words"), text=said, lang="nl")
    page = page_of(school.get(of(family)).text)
    assert said in [str(one.text_content()) for one in page.iter("q")]


def test_r21_what_is_never_collected_warns_before_it_is_saved(
    family: Family, school: FlaskClient, owner_of: Any
) -> None:
    path = of(family, "sections", "wishes", "words")
    shown = fill(school, path, text="Haar verblijf is niet in orde")
    assert "Dat bewaren we nooit" in shown
    assert owner_of("referral").execute("SELECT count(*) FROM plan_section").fetchone() == (0,)
    assert "/plans/" in fill(school, path, text="Haar verblijf in het ziekenhuis", understood="y")


def test_a_text_that_is_too_long_is_refused_in_words(family: Family, school: FlaskClient) -> None:
    assert "Dit is te lang" in fill(school, of(family, "sections", "wishes", "words"), text="x" * 2001)


def test_a_section_holds_no_more_than_it_can(family: Family, school: FlaskClient) -> None:
    family.write(family.town.mira, "wishes", *[words(f"wens {place}") for place in range(30)])
    path = of(family, "sections", "wishes", "words")
    answer = school.post(path, data=form_of(school, path, path) | {"text": "nog een"})
    assert answer.status_code == 409
    assert "Dit deel is vol" in answer.text


def test_who_haals_something_away_finds_it_among_the_versions(family: Family, school: FlaskClient) -> None:
    one = words("Elke week zwemmen")
    family.write(family.town.mira, "leisure", one)
    path = of(family, "sections", "leisure", f"words?id={one.id}")
    post(school, of(family, "sections", "leisure", "drop"), form_of(school, path, "/drop"))
    assert "Elke week zwemmen" not in text(school, of(family))
    assert "Elke week zwemmen" in text(school, of(family, "versions"))


@pytest.mark.parametrize(
    "path", ["sections/health/words", "sections/own/words", "sections/health/action", "sections/x/words"]
)
def test_r3_what_the_family_keeps_has_no_page_for_the_school(family: Family, school: FlaskClient, path: str) -> None:
    assert school.get(of(family, path)).status_code == 404


def test_goals_and_actions_are_of_life_domains_alone(family: Family, school: FlaskClient) -> None:
    assert school.get(of(family, "sections", "strengths", "action")).status_code == 404


# ---- two writers ----


def test_r10_two_who_write_at_once_see_both_and_choose(family: Family, school: FlaskClient, amal: FlaskClient) -> None:
    path = of(family, "sections", "wishes", "words")
    late = form_of(amal, path, path) | {"text": "أريد الهدوء", "lang": "ar"}
    fill(school, path, text="Een rustige plek")
    place = post(amal, path, late)
    assert place.endswith("/both")
    for browser in (amal, school):
        shown = text(browser, place + "?lang=nl")
        assert "Een rustige plek" in shown
        assert "أريد الهدوء" in shown
    assert "twee mensen schreven tegelijk" in text(school, of(family))
    choice = form_of(school, place, "/choice") | {"keep": "both"}
    post(school, of(family, "sections", "wishes", "choice"), choice)
    assert family.texts(family.amal)["wishes"] == ["Een rustige plek", "أريد الهدوء"]
    assert "twee mensen schreven tegelijk" not in text(school, of(family))


@pytest.mark.parametrize(("keep", "stays"), [("current", "een"), ("beside", "twee")])
def test_r10_what_is_not_chosen_stays_among_the_versions(
    family: Family, amal: FlaskClient, keep: str, stays: str
) -> None:
    family.write(family.amal, "wishes", words("een"))
    family.write(family.other, "wishes", words("twee"), after=0)
    place = of(family, "sections", "wishes", "both")
    post(amal, of(family, "sections", "wishes", "choice"), form_of(amal, place, "/choice") | {"keep": keep})
    assert family.texts(family.amal)["wishes"] == [stays]
    shown = text(amal, of(family, "versions") + "?lang=nl")
    assert "een" in shown
    assert "twee" in shown


# ---- the family's own ----


def test_her_home_leads_to_her_own_plan_in_arabic(family: Family, amal: FlaskClient) -> None:
    place = amal.get("/referral/me/plan").location
    page = amal.get(place)
    assert not faults(page.text, "ar")
    assert "خطة عائلتنا" in page.text


def test_a_person_without_a_plan_reads_what_one_is(enter: Any, town: Town) -> None:
    family = Family(town).arrive()
    page = enter(family.amal).get("/referral/me/plan")
    assert page.status_code == 200
    assert not faults(page.text, "ar")


def test_a_yes_is_one_tap_and_is_asked_anew_after_a_change(
    family: Family, amal: FlaskClient, school: FlaskClient
) -> None:
    family.write(family.town.mira, "wishes", words("Rust"))
    post(amal, of(family, "yes"), form_of(amal, of(family), "/yes"))
    assert "Jij zei ja op dit plan" in text(amal, of(family) + "?lang=nl")
    assert "Amal: ja, op" in text(school, of(family))
    family.write(family.town.mira, "wishes", words("Meer rust"))
    assert "Er is iets veranderd sinds jouw ja" in text(amal, of(family))
    assert "ja op een vorige versie" in text(school, of(family))
    assert "zei ja op deze versie" in text(amal, of(family, "versions"))


def test_a_yes_to_what_was_changed_meanwhile_is_refused(family: Family, amal: FlaskClient) -> None:
    family.write(family.town.mira, "wishes", words("Rust"))
    fields = form_of(amal, of(family), "/yes")
    family.write(family.town.mira, "wishes", words("Iets anders"))
    assert amal.post(of(family, "yes"), data=fields).status_code == 409
    assert family.seen(family.amal).yes == []


def test_r3_the_family_opens_and_closes_parts_for_its_school(
    family: Family, amal: FlaskClient, school: FlaskClient
) -> None:
    family.write(family.amal, "health", words("Hoofdpijn"))
    family.write(family.amal, "finances", words("Sparen"))
    shown = text(school, of(family))
    assert "Hoofdpijn" not in shown
    assert "Het gezin houdt voor zich: gezondheid, emotioneel welzijn" in shown
    path = of(family, "school")
    fields = form_of(amal, path, path) | {"special": "health", "parts": ["strengths", "wishes"]}
    post(amal, path, fields)
    shown = text(school, of(family))
    assert "Hoofdpijn" in shown
    assert "Sparen" not in shown
    assert "Sparen" in text(amal, of(family))


def test_r12_only_she_is_asked_and_only_after_the_hour(
    family: Family, amal: FlaskClient, school: FlaskClient, enter: Any
) -> None:
    occasion = an_activity(family.town, clock.now() - timedelta(hours=5))
    one = action("Oudercafé", family.person(family.amal), by=clock.today(), occasion=occasion)
    family.write(family.town.mira, "leisure", actions=(one,))
    assert "Gelukt?" in text(amal, of(family) + "?lang=nl")
    for other in (school, enter(family.other), enter(family.child)):
        assert "Gelukt?" not in text(other, of(family) + "?lang=nl")
    path = of(family, "actions", str(one.id), "outcome")
    post(amal, path, form_of(amal, of(family), "/outcome") | {"answer": "not_yet"})
    assert "Jij zei: nog niet" in text(amal, of(family))
    for other in (school, enter(family.other)):
        assert "Jij zei" not in text(other, of(family) + "?lang=nl")


def test_r5_a_child_reads_its_parts_and_writes_for_itself_alone(
    family: Family, enter: Any, amal: FlaskClient, school: FlaskClient
) -> None:
    family.write(family.town.mira, "finances", words("Schulden"))
    family.write(family.town.mira, "leisure", words("Voetbal"))
    child = enter(family.child)
    shown = text(child, of(family) + "?lang=nl")
    assert "Voetbal" in shown
    assert "Schulden" not in shown
    fill(child, of(family, "sections", "own", "words"), text="Ik slaap slecht")
    assert "Ik slaap slecht" in text(child, of(family))
    for other in (amal, school):
        assert "Ik slaap slecht" not in text(other, of(family)) + text(other, of(family, "versions"))
    assert child.get(of(family, "school")).status_code == 404


def test_a_person_of_another_family_finds_nothing(town: Town, family: Family, enter: Any) -> None:
    stranger = enter(Family(town).arrive().amal)
    for more in ("", "/versions", "/school", "/plan.pdf", "/fridge.pdf", "/sections/wishes/words"):
        assert stranger.get(of(family) + more).status_code == 404


def test_another_school_finds_nothing(town: Town, family: Family, enter: Any) -> None:
    other = enter(a_brugfiguur_of(town.other_school))
    for more in ("", "/versions", "/frame", "/persons", "/plan.pdf"):
        assert other.get(of(family) + more).status_code in (403, 404)


def test_the_family_ends_its_plan_and_goes_on_reading_it(family: Family, amal: FlaskClient) -> None:
    family.write(family.amal, "wishes", words("Rust"))
    post(amal, of(family, "end"), form_of(amal, of(family), "/end"))
    shown = text(amal, of(family) + "?lang=nl")
    assert "afgelopen op" in shown
    assert "Rust" in shown
    assert "Pas aan" not in shown


# ---- who is in it, and how it goes on ----


def test_r23_a_third_person_is_asked_and_a_no_takes_the_name_away(family: Family, school: FlaskClient) -> None:
    path = of(family, "persons")
    post(school, path, {"csrf_token": token_of(school, path), "kind": "third", "called": "Samira",
                        "role": "zus", "answer": "unknown"})  # fmt: skip
    assert "Samira (zus)" in text(school, of(family))
    third = next(one for one in family.people() if one.kind == PersonKind.THIRD)
    answer = of(family, "persons", str(third.id), "answer")
    post(school, answer, {"csrf_token": token_of(school, path), "answer": "no"})
    assert "Samira" not in text(school, path) + text(school, of(family))


def test_staff_come_in_by_function(family: Family, school: FlaskClient, town: Town) -> None:
    path = of(family, "persons")
    token = token_of(school, path)
    fields = {"csrf_token": token, "kind": "staff", "role": "juf van 3B", "organisation": str(town.school)}
    post(school, path, fields)
    assert "juf van 3B" in text(school, of(family))
    assert "organisation-error" in post(school, path, fields | {"organisation": str(uuid4())}, 422)


def test_the_coordinator_may_be_the_parent_and_dates_can_be_set(family: Family, school: FlaskClient) -> None:
    path = of(family, "frame")
    review = clock.today() + timedelta(days=10)
    fill(school, path, coordinator=str(family.person(family.amal)), review_on=str(review))
    assert "houdt het plan bij elkaar" in text(school, of(family))
    assert family.seen(family.town.mira).plan.review_on == review
    shown = fill(school, path, ends_on=str(clock.today() - timedelta(days=400)))
    assert "De data volgen elkaar niet" in shown


def test_after_a_review_the_next_comes_as_long_after(family: Family, town: Town, enter: Any) -> None:
    with clock.fixed(clock.now() + timedelta(weeks=6)):
        school = enter(town.mira)
        assert "Het is tijd om samen met het gezin te kijken." in text(school, of(family))
        post(school, of(family, "review"), form_of(school, of(family), "/review"))
        assert "Het is tijd" not in text(school, of(family))


# ---- a partner ----


def test_a_partner_reads_only_its_parts_and_after_the_end_nothing(family: Family, town: Town, enter: Any) -> None:
    family.write(town.mira, "finances", words("Sparen"), actions=(action("Bel het OCMW", family.person(family.amal)),))
    family.write(town.mira, "work", words("Een job"))
    family.third()
    ocmw = enter(town.els)
    assert ocmw.get(of(family)).status_code == 404
    yes = family.opens("finances")
    assert "het gezin deelt een deel" in text(ocmw, "/referral/plans")
    shown = text(ocmw, of(family))
    assert "Sparen" in shown
    assert "Bel het OCMW" in shown
    for hidden in ("Een job", "Samira", "Karim", "Yusuf", "iemand van het gezin", "Pas aan", "Op papier"):
        assert hidden not in shown
    for more in ("versions", "plan.pdf", "fridge.pdf", "sections/finances/words", "frame"):
        assert ocmw.get(of(family, more)).status_code in (403, 404)
    town.stop(yes)
    assert ocmw.get(of(family)).status_code == 404
    assert "Geen enkel gezin deelt nu" in text(ocmw, "/referral/plans")


# ---- all of them ----


def test_every_page_is_well_formed_in_its_language(
    family: Family, school: FlaskClient, amal: FlaskClient, enter: Any
) -> None:
    occasion = an_activity(family.town, clock.now() - timedelta(hours=5))
    one = action("Oudercafé", family.person(family.amal), by=clock.today(), occasion=occasion)
    family.write(family.town.mira, "leisure", words("Mensen kennen"), actions=(one,))
    family.write(family.amal, "wishes", words("الهدوء", lang="ar", beside="Rust", beside_lang="nl"))
    family.write(family.other, "wishes", words("Meer tijd"), after=0)
    family.third()
    shared = ["", "/versions", "/sections/wishes/both", "/sections/wishes/words", "/sections/leisure/action",
              f"/sections/leisure/action?id={one.id}"]  # fmt: skip
    for more in [*shared, "/frame", "/persons"]:
        assert not faults(school.get(of(family) + more).text, "nl"), more
    for tag in ("nl", "ar"):
        amal.get(of(family) + f"?lang={tag}")
        for more in [*shared, "/school", "/sections/own/words"]:
            assert not faults(amal.get(of(family) + more).text, tag), (tag, more)
    assert not faults(school.get("/referral/plans").text, "nl")
    new = Family(family.town).arrive()
    assert not faults(school.get(f"/referral/plans/new?family={new.family_id}").text, "nl")
    family.opens("leisure")
    assert not faults(enter(family.town.els).get(of(family)).text, "nl")


def test_a_plan_with_everything_in_it_is_still_one_page(family: Family, school: FlaskClient) -> None:
    for section in ("finances", "education", "work"):
        many = tuple(words("Een lange zin. " * 100) for _ in range(30))
        plans.write_section(
            family.town.web, family.town.mira, plans.Writing(family.plan_id, section, 0, Content(items=many)),
            family.town.settings.plan_terms,
        )  # fmt: skip
    assert school.get(of(family)).status_code == 200
