"""The coordinator's board as a page, as CSV and through the API: the same numbers, and no other (R20)."""

import csv
import io
from typing import Any
from uuid import uuid4

import pytest
from lxml.html import document_fromstring

from services.network.domain import board
from tests.builders.facts import MONTH, a_fact, cells, contacts, published
from tests.builders.network import Quarter

_FORMULA = "=HYPERLINK(1)"


@pytest.fixture
def quarter(db_of: Any, settings_of: Any) -> Quarter:
    return Quarter(db_of("network"), db_of("network", "worker"), settings_of("network")).settle()


@pytest.fixture
def told(quarter: Quarter) -> Quarter:
    """Four schools, one of them with few families; referrals; helpers."""
    names = ("مدرسة الزيتون 🌷", _FORMULA, "Basisschool " + "Lang" * 40, "Samen")
    schools = [uuid4() for _ in names]
    for school, name in zip(schools, names, strict=True):
        quarter.described(school, "school", name)
    families = [
        a_fact(board.CONTACTS, contacts(goal, call=call, in_person=gate), of=one)
        for one, goal, call, gate in zip(schools, (60, None, 30, 9), (38, 20, 12, 2), (20, 18, 14, 1), strict=True)
    ]
    published(quarter, board.CONTACTS, families)
    published(quarter, board.SENT, [a_fact(board.SENT, cells(ocmw={"warm": 20, "seen": 3}, clb={"warm": 9}))])
    languages = {
        "languages": [{"lang": "ar", "helpers": 6, "requests": 2}, {"lang": "ti", "helpers": 1, "requests": 1}]
    }
    published(quarter, board.HELPERS, [a_fact(board.HELPERS, languages)])
    return quarter


@pytest.fixture
def coordinator(told: Quarter, client_of: Any, sign_in: Any) -> Any:
    return sign_in(client_of("network"), told.lies)


def numbers_of(page: Any) -> set[str]:
    return {one.text for one in page.xpath("//td//span[@class='number']")}


def test_the_page_shows_numbers_and_says_what_it_does_not_show(coordinator: Any) -> None:
    answer = coordinator.get("/network/board")
    page = document_fromstring(answer.text)
    assert "Antwerpen, september 2026" in page.xpath("string(//h1)")
    assert {"125", "58", "6"} <= numbers_of(page)
    assert not {one for one in numbers_of(page) if int(one) < 5}
    assert page.xpath("//td//span[@class='visually-hidden' and text()='niet getoond']")


def test_each_chart_has_a_title_a_description_and_the_same_numbers_in_a_table_beside_it(coordinator: Any) -> None:
    page = document_fromstring(coordinator.get("/network/board").text)
    charts = page.xpath("//figure[@class='chart']")
    assert charts
    for chart in charts:
        drawing = chart.find("svg")
        title, desc = drawing.get("aria-labelledby").split()
        assert drawing.get("role") == "img"
        assert drawing.xpath(f"string(.//*[@id='{title}'])")
        assert drawing.xpath(f"string(.//*[@id='{desc}'])")
        beside = {one.text for one in chart.getparent().xpath(".//td//span[@class='number']")}
        assert {one.text for one in drawing.xpath(".//*[@class='chart-number']")} <= beside


def test_a_language_that_few_speak_is_not_named(coordinator: Any) -> None:
    words = document_fromstring(coordinator.get("/network/board").text).text_content()
    assert "Arabisch" in words
    assert "Tigrinya" not in words


def test_the_csv_has_the_numbers_of_the_page_and_no_formula(coordinator: Any) -> None:
    page = numbers_of(document_fromstring(coordinator.get("/network/board").text))
    answer = coordinator.get("/network/board.csv")
    assert answer.mimetype == "text/csv"
    assert "attachment" in answer.headers["Content-Disposition"]
    rows = list(csv.reader(io.StringIO(answer.text.removeprefix("\ufeff")), delimiter=";"))
    assert rows[0] == ["gemeente", "maand", "tabel", "rij", "kolom", "aantal"]
    assert {row[5] for row in rows[1:]} - {""} == page
    assert not [one for row in rows for one in row if one.startswith("=")]
    assert [row for row in rows if row[3] == f"'{_FORMULA}"]


def test_the_api_is_deaf_to_the_cookie_of_the_page(coordinator: Any) -> None:
    assert coordinator.get("/network/api/v1/board").status_code == 401


def test_a_month_or_a_town_that_is_not_there_is_not_found(coordinator: Any) -> None:
    assert coordinator.get("/network/board?month=2020-01").status_code == 404
    assert coordinator.get("/network/board?town=Gent").status_code == 404
    assert coordinator.get("/network/board?month=nu").status_code == 400
    assert coordinator.get(f"/network/board?month={'9' * 4000}").status_code == 400
    assert coordinator.get(f"/network/board?month={MONTH.first:%Y-%m}&town=Antwerpen").status_code == 200


def test_before_the_first_month_the_page_says_when_numbers_come(quarter: Quarter, client_of: Any, sign_in: Any) -> None:
    browser = sign_in(client_of("network"), quarter.lies)
    assert "Er zijn nog geen cijfers van Antwerpen" in browser.get("/network/board").text
    assert browser.get("/network/board.csv").status_code == 404


@pytest.mark.parametrize("path", ["/network/board", "/network/board.csv"])
def test_who_is_no_coordinator_does_not_reach_it(path: str, told: Quarter, client_of: Any, sign_in: Any) -> None:
    for other in (told.teacher, told.staff(told.house, "helper"), told.parent().actor):
        assert sign_in(client_of("network"), other).get(path).status_code == 403


def test_the_page_asks_for_no_script_and_carries_no_style(coordinator: Any) -> None:
    source = coordinator.get("/network/board").text
    assert "style=" not in source
    assert "<style" not in source
