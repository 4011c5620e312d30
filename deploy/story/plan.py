"""Step 4: one plan in her words, with her sister and the teacher in it; a partner reads the part that she opens."""

from datetime import date, timedelta
from typing import Any

from deploy.demo import directory
from deploy.story import neighbourhood
from deploy.story.cast import Cast
from deploy.story.ledger import GONE, Door, answered

_HER_OWN = "/referral/sign-in?as=person&next=/referral/me/plan"
_STRENGTH = ("ابني يحب الحساب", "Mijn zoon rekent graag.")
_WISH = "أريد أن أعرف أمهات أخريات"


def write(cast: Cast) -> None:
    """What goes well comes first; everyone in it by first name or function; every action has an owner and a date."""
    ledger, school = cast.ledger, cast.staff("brugfiguur")
    ledger.step(4, f"The plan of {cast.amal.name}, in her words")
    son = cast.file["persons"][1]["id"]
    called = [{"person_id": cast.amal.id, "called": cast.amal.name}, {"person_id": son, "called": cast.son}]
    wish = {"family_id": cast.file["id"], "persons": called, "lang": "ar", "coordinator": cast.amal.id}
    made = ledger.arrives("referral knows the family, and the plan begins", lambda: _begun(cast, wish))
    cast.plan = made["id"]
    twice = school.post("/referral/api/v1/plans", wish)
    ledger.must(twice.status_code == 409, "a family has one plan at a school at a time")
    ledger.must(
        cast.staff("brugfiguur-mol").get(_path(cast)).status_code == 404, "for another school it does not exist"
    )
    her = _person(made, cast.amal.name)
    first = {"text": _STRENGTH[0], "lang": "ar", "beside": _STRENGTH[1], "beside_lang": "nl", "said_by": her}
    _put(cast, "strengths", {"items": [first]})
    sister, teacher = _sister(cast), _teacher(cast)
    by = str(date.today() + timedelta(days=7))  # noqa: DTZ011 - a day on the wall here
    activity, occurrence = neighbourhood.next_cafe(cast)
    cafe = {"activity_id": activity["id"], "occurrence_id": occurrence["id"], "starts": occurrence["starts"][:19]}
    going = {"text": "نذهب إلى مقهى الأهل", "lang": "ar", "beside": "Naar het oudercafé", "beside_lang": "nl"}
    _put(cast, "social_network", {"actions": [
        going | {"who": her, "by": occurrence["starts"][:10], "occasion": cafe},
        {"text": "Op de kleinste passen", "who": sister, "by": by},
    ]})  # fmt: skip
    _put(cast, "education", {"actions": [{"text": "Elke week een leesboek mee", "who": teacher, "by": by}]})


def in_her_words(cast: Cast) -> None:
    """She reads it in Arabic, writes in it herself, and says yes to it as it is with one tap."""
    ledger, amal = cast.ledger, cast.amal
    page = amal.phone.go(_HER_OWN)
    arabic = amal.phone.go(f"{page.url.partition('?')[0]}?lang=ar")
    ledger.must('dir="rtl"' in arabic.source and arabic.says("خطة عائلتنا"), f"{amal.name} sees it in Arabic")
    ledger.must(arabic.says(*_STRENGTH), "her own words, and the Dutch beside them")
    ledger.must(arabic.says("نذهب إلى مقهى الأهل"), "with the parent café in it")
    ledger.must("هل نجح ذلك؟" not in arabic.words, "nobody asks whether it worked before it was there (R12)")
    written = arabic.follow("/sections/wishes/words").submit("/sections/wishes/words", {"text": _WISH, "lang": "ar"})
    ledger.must(written.says(_WISH), "she writes in it herself")
    seen = answered(cast.staff("brugfiguur").get(f"{_path(cast)}/sections/wishes")).json()
    other = {"items": [{"id": seen["items"][0]["id"], "text": "Iets anders"}]}
    refused = cast.staff("brugfiguur").put(f"{_path(cast)}/sections/wishes", other, version=seen["number"])
    ledger.must(refused.status_code == 409, "the school does not change what she wrote (R10)")
    agreed = written.submit("/yes")
    ledger.must(agreed.says("قلت نعم لهذه الخطة"), "and says yes to it with one tap")
    [yes] = answered(cast.staff("brugfiguur").get(_path(cast))).json()["yes"]
    ledger.must(yes["person_id"] == amal.id, "the school reads her yes to this version")
    amal.phone.go(f"{page.url.partition('?')[0]}?lang=nl")


def a_part(cast: Cast) -> None:
    """The OCMW reads the part that she opened, without her sister; after her stop it reads nothing."""
    ledger, ocmw = cast.ledger, cast.staff("ocmw")
    ledger.must(ocmw.get(_path(cast)).status_code in GONE, "before her yes no partner sees the plan")
    wish = {
        "receiver_organisation": cast.organisation("ocmw"),
        "level": "plan_parts",
        "plan_parts": ["social_network"],
        "explained_in": "ar",
        "interpreting": "professional_phone",
        "interpreter_is_adult": True,
        "said_back": True,
        "yes": [{"person_id": cast.amal.id, "cards": {"reach": True, "part_social_network": True, "until": True}}],
    }
    path = f"/intake/api/v1/persons/{cast.amal.id}/akkoorden"
    granted = answered(cast.staff("brugfiguur").post(path, wish), 201).json()
    shown = ledger.arrives("the OCMW reads the part that she opened", lambda: _opened(cast))
    ledger.must([one["section"] for one in shown["sections"]] == ["social_network"], "and no other part")
    sister = directory.a_first_name("ar_AA", cast.plan)
    ledger.must(sister not in str(shown), "her sister is not in it (R23)")
    ledger.must(_STRENGTH[1] not in str(shown) and _WISH not in str(shown), "nor anything that she kept")
    door = Door("the OCMW opens the plan", lambda: ocmw.get(_path(cast)))
    answered(cast.amal.api.post(f"/intake/api/v1/akkoorden/{granted['id']}/stop"))
    ledger.closes(door, within=1)


def _begun(cast: Cast, wish: dict[str, Any]) -> dict[str, Any] | None:
    answer = cast.staff("brugfiguur").post("/referral/api/v1/plans", wish)
    return dict(answer.json()) if answer.status_code == 201 else None


def _sister(cast: Cast) -> str:
    """By first name and role; she is asked, and says yes (R23)."""
    name = directory.a_first_name("ar_AA", cast.plan)
    third = {"kind": "third", "called": name, "role": "zus"}
    told = answered(cast.staff("brugfiguur").post(f"{_path(cast)}/persons", third), 201).json()
    asked = _person(told, name)
    path = f"{_path(cast)}/persons/{asked}/answer"
    answered(cast.staff("brugfiguur").post(path, {"answer": "yes"}))
    cast.ledger.tell(name, "is asked, and says yes to being in it")
    return asked


def _teacher(cast: Cast) -> str:
    told = {"kind": "staff", "role": "leerkracht"}
    people = answered(cast.staff("brugfiguur").post(f"{_path(cast)}/persons", told), 201).json()["persons"]
    return str(next(one["id"] for one in people if one["role"] == "leerkracht"))


def _person(told: dict[str, Any], called: str) -> str:
    return str(next(one["id"] for one in told["persons"] if one["called"] == called))


def _put(cast: Cast, section: str, body: dict[str, Any]) -> None:
    """A new section; its file's key comes by another topic, and until it is there the answer is to try again."""

    def put() -> bool:
        answer = cast.staff("brugfiguur").put(f"{_path(cast)}/sections/{section}", body, version=0)
        return False if answer.status_code == 503 else bool(answered(answer))

    cast.ledger.arrives(f"the plan says: {section}", put)


def _opened(cast: Cast) -> dict[str, Any] | None:
    answer = cast.staff("ocmw").get(_path(cast))
    told: dict[str, Any] = answer.json() if answer.is_success else {}
    return told if told.get("sections") else None


def _path(cast: Cast) -> str:
    return f"/referral/api/v1/plans/{cast.plan}"
