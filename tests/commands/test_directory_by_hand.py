"""A city's first organisations, written into the directory by an operator."""

from collections.abc import Callable
from typing import Any

import psycopg
import pytest

from deploy import directory
from deploy.environment import Environment
from deploy.local.home import Failure
from tests.databases import Databases

Owner = Callable[[str], psycopg.Connection[Any]]


def test_an_organisation_is_added_once_and_told_to_the_others(
    databases: Databases, environment: Environment, owner_of: Owner
) -> None:
    made = directory.add(environment, "school", "Basisschool Voorbeeld", "Gent", ["nl", "fr"])
    told = owner_of("referral").execute("SELECT body FROM outbox").fetchall()
    assert [str(made) in str(body) for (body,) in told] == [True]
    with pytest.raises(Failure, match="There is an organisation 'Basisschool Voorbeeld' already"):
        directory.add(environment, "school", "Basisschool Voorbeeld", "Gent", ["nl"])


def test_two_organisations_agree_by_their_names(
    databases: Databases, environment: Environment, owner_of: Owner
) -> None:
    school = directory.add(environment, "school", "Basisschool Voorbeeld", "Gent", ["nl"])
    directory.add(environment, "ocmw", "OCMW Voorbeeld", "Gent", ["nl"])
    directory.agree(environment, (str(school), "OCMW Voorbeeld"), "referral", "public_task", 180)
    purposes = owner_of("referral").execute("SELECT purpose FROM agreement").fetchall()
    assert purposes == [("referral",)]
    with pytest.raises(Failure, match="is called 'CLB Nergens'"):
        directory.agree(environment, (str(school), "CLB Nergens"), "referral", "public_task", 180)


def test_texts_are_signed_in_a_language_that_has_them(databases: Databases, environment: Environment) -> None:
    assert directory.sign(environment, "nl", "A named human")
    with pytest.raises(Failure, match="There are no texts in 'xx'"):
        directory.sign(environment, "xx", "A named human")
