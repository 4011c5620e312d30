"""A family with a yes and a referral on its way, made over the API: for tests that begin where others end."""

import secrets
import time
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any, NamedTuple

import httpx

from deploy.bearer import token_of
from deploy.demo import directory
from deploy.story.browser import Api

QUESTION = "Het geld is op voor het einde van de maand."


class Referred(NamedTuple):
    """What its receiver may read, where it stands, and the code with which the parent comes in."""

    name: str
    phone: str
    path: str
    code: str


def a_referral(url: str, receiver: str = "ocmw") -> Referred:
    """The school of the story refers a new family to this member of staff's organisation."""
    school = Api(url, token_of(url, "brugfiguur"))
    name = directory.a_first_name("ar_AA", secrets.token_hex(4))
    phone = f"04{secrets.randbelow(40) + 60} {secrets.randbelow(90) + 10} {secrets.randbelow(90) + 10} 31"
    file = _made(school, "/intake/api/v1/files", _family(name, phone))
    person = file["persons"][0]["id"]
    akkoord = _made(school, f"/intake/api/v1/persons/{person}/akkoorden", _yes(file, receiver))
    wish = {"akkoord_id": akkoord["id"], "reason": "material_needs", "goes_along": "de brugfiguur"}
    draft = _as_soon_as_known(lambda: school.post("/referral/api/v1/referrals", wish))
    path = f"/referral/api/v1/referrals/{draft['id']}/send"
    _as_soon_as_known(lambda: school.post(path, version=draft["version"]))
    code = _made(school, f"/intake/api/v1/persons/{person}/sign-in-codes", {})
    return Referred(name, phone, f"/referral/referrals/{draft['id']}", str(code["code"]))


def a_plan(url: str) -> str:
    """A new family's plan that two wrote in at once; returns the code with which the parent comes in."""
    school = Api(url, token_of(url, "brugfiguur"))
    told = _family(directory.a_first_name("ar_AA", secrets.token_hex(4)), "0470 00 00 31")
    told["persons"].append({"kind": "child", "name_to_call": directory.a_first_name("ar_AA", secrets.token_hex(4))})
    file = _made(school, "/intake/api/v1/files", told)
    person = file["persons"][0]["id"]
    wish = {"family_id": file["id"], "lang": "ar"}
    plan = _as_soon_as_known(lambda: school.post("/referral/api/v1/plans", wish))
    path = f"/referral/api/v1/plans/{plan['id']}/sections"
    her = plan["persons"][0]["id"]
    words = [{"text": "أريد الهدوء", "lang": "ar", "beside": "Ik wil rust", "beside_lang": "nl", "said_by": her}]
    step = {"text": "Naar het oudercafé", "who": her, "by": str(date.today() + timedelta(days=7))}  # noqa: DTZ011
    for section, body in (("wishes", {"items": words}), ("leisure", {"items": words, "actions": [step]})):
        _as_soon_as_known(lambda section=section, body=body: school.put(f"{path}/{section}", body, version=0))  # type: ignore[misc]
    other = {"items": [{"text": "Meer tijd"}], "beside": True}
    _as_soon_as_known(lambda: school.put(f"{path}/wishes", other, version=0))
    return str(_made(school, f"/intake/api/v1/persons/{person}/sign-in-codes", {})["code"])


def _made(api: Api, path: str, wish: dict[str, Any]) -> dict[str, Any]:
    answer = api.post(path, wish)
    assert answer.status_code == httpx.codes.CREATED, f"{path}: {answer.status_code} {answer.text}"
    return dict(answer.json())


def _family(name: str, phone: str) -> dict[str, Any]:
    parent = {
        "name_to_call": name,
        "phone": phone,
        "channel": "call",
        "when": ["evening"],
        "languages": [{"tag": "ar", "reads": "no"}],
        "arrangements": ["interpreter"],
    }
    ask = {"text": {"text": QUESTION, "lang": "nl"}, "life_domain": "finances"}
    return {"persons": [parent], "goes_well": [{"text": "Mijn zoon rekent graag.", "lang": "nl"}], "asks": [ask]}


def _yes(file: dict[str, Any], receiver: str) -> dict[str, Any]:
    organisation = next(one for one in directory.staff() if one.key == receiver).organisation
    return {
        "receiver_organisation": str(organisation.id),
        "level": "question",
        "ask_id": file["asks"][0]["id"],
        "explained_in": "ar",
        "interpreting": "professional_phone",
        "interpreter_is_adult": True,
        "said_back": True,
        "yes": [{"person_id": file["persons"][0]["id"], "cards": {"reach": True, "question": True, "until": True}}],
    }


def _as_soon_as_known(ask: Callable[[], httpx.Response]) -> dict[str, Any]:
    """The akkoord and its key come to referral by events, one after the other."""
    limit = time.monotonic() + 30
    while not (answer := ask()).is_success:
        assert time.monotonic() < limit, f"{answer.url}: {answer.status_code} {answer.text}"
        time.sleep(0.2)
    return dict(answer.json())
