"""Intake's API for who finds, hands over, takes along and asks for names, as other programs use it."""

from typing import Any
from uuid import UUID, uuid4

from services.intake import commands
from tests.api.test_intake_api import (
    BODY,
    Program,
    Sign,
    app,
    apps,
    as_,
    bearer,
    issuer,
    mira,
    opened,
    place,
    told,
)
from tests.builders.intake import Place, person, staff
from tests.conftest import remember_memberships

__all__ = ["app", "apps", "as_", "bearer", "issuer", "mira", "place"]  # fixtures


def test_a_program_finds_a_family_in_any_spelling(mira: Program, place: Place, as_: Sign) -> None:
    file = opened(mira)
    for asked in ("أمل", "amal", "+32470123456", "Youssef"):
        listed = told(mira.open("GET", "/files", query_string={"q": asked}))
        assert [one["id"] for one in listed["items"]] == [file["id"]]
        assert listed["next"] is None
    assert told(mira.open("GET", "/files?q=ingrid"))["items"] == []
    assert told(mira.open("GET", "/files?mine=true"))["items"][0]["responsible"] == str(place.mira.id)
    assert told(as_(place.jo).open("GET", "/files?q=amal"))["items"] == []
    assert mira.open("GET", "/files", query_string={"q": "x" * 201}).status_code == 422


def test_a_program_asks_whether_a_family_exists_and_writes_nothing(mira: Program, owner_of: Any) -> None:
    assert told(mira.open("POST", "/files/alike", json=BODY))["items"] == []
    file = opened(mira)
    [alike] = told(mira.open("POST", "/files/alike", json=BODY))["items"]
    assert alike["id"] == file["id"]
    assert "phone" not in alike
    assert owner_of("intake").execute("SELECT count(*) FROM file").fetchone() == (1,)


def test_a_file_is_handed_over_by_its_version_to_a_colleague(mira: Program, place: Place, owner_of: Any) -> None:
    nele = staff(place.school, "school_staff", "zorgcoördinator")
    remember_memberships(owner_of("intake"), nele)
    file = opened(mira)
    path, body = f"/files/{file['id']}/hand-over", {"to": str(nele.id), "note": "Bel eerst. شكرا"}
    assert mira.open("POST", path, json=body).status_code == 428
    assert mira.open("POST", path, json=body, headers={"If-Match": '"9"'}).status_code == 412
    strange = told(mira.open("POST", path, json={"to": str(uuid4())}, headers={"If-Match": '"1"'}), 422)
    assert [one["field"] for one in strange["errors"]] == ["to"]
    done = told(mira.open("POST", path, json=body, headers={"If-Match": '"1"'}))
    assert (done["responsible"], done["version"]) == (str(nele.id), 2)
    assert mira.open("POST", path, json=body, headers={"If-Match": '"2"'}).status_code == 409


def test_a_person_takes_everything_along_and_nobody_else_does(mira: Program, place: Place, as_: Sign) -> None:
    file = opened(mira)
    amal = UUID(file["persons"][0]["id"])
    path = f"/persons/{amal}/everything"
    taken = told(as_(person(amal)).open("GET", path))
    assert taken["school"] == "Basisschool De Linde"
    assert [one["name_to_call"] for one in taken["persons"]] == ["Amal", "Yusuf"]
    assert mira.open("GET", path).status_code == 403
    assert as_(person(uuid4())).open("GET", path).status_code == 404


def test_the_officers_program_reads_names(mira: Program, place: Place, as_: Sign, owner_of: Any) -> None:
    file = opened(mira)
    with place.web.transaction(place.mira) as conn:
        commands.know_colleague(conn, "Mira 🌷")
    officer = as_(staff(place.school, "dpo", "functionaris"))
    for path in (f"/files/{file['id']}/looks/named", f"/persons/{file['persons'][0]['id']}/looks/named"):
        assert told(officer.open("GET", path)) == {"items": [], "next": None}
        assert mira.open("GET", path).status_code == 403
        assert as_(staff(place.other_school, "dpo", "functionaris")).open("GET", path).status_code == 404
    rows = owner_of("intake").execute("SELECT DISTINCT what, ground FROM look WHERE what = 'looks'").fetchall()
    assert rows == [("looks", "oversight")]


def test_a_young_child_gets_no_code(mira: Program) -> None:
    file = opened(mira)
    child = file["persons"][1]["id"]
    assert mira.open("POST", f"/persons/{child}/sign-in-codes").status_code == 422
