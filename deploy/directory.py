"""What an operator writes into the directory: organisations, what they agreed, and who signed the texts of a yes."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from uuid import UUID, uuid4

from deploy.environment import Environment
from deploy.local.home import Failure
from services.intake.commands import sign_texts
from services.intake.domain.card_texts import TEXTS
from services.referral.commands import describe_organisation, register_agreement
from services.referral.domain.directory import SCHOOL, Agreement, Organisation
from services.referral.store import directory as store
from shared import clock, vocabulary
from shared.db import Database
from shared.security import worker_of

KINDS = (SCHOOL, *vocabulary.codes("partner_kinds"))
PURPOSES = tuple(vocabulary.codes("purposes"))
_FIELDS = ("name_to_call", "reach", "languages", "question")


def add(environment: Environment, kind: str, name: str, town: str, languages: Sequence[str]) -> UUID:
    """Put an organisation in the directory; refuses a name that it has already."""
    with _database(environment, "referral") as db:
        with db.transaction(worker_of("referral")) as conn:
            if store.named(conn, name):
                raise Failure(f"There is an organisation '{name}' already.")
        made = Organisation(uuid4(), kind, name, town, tuple(languages))
        return describe_organisation(db, worker_of("referral"), made)


def agree(
    environment: Environment, parties: tuple[str, str], purpose: str, legal_ground: str, retention_days: int
) -> UUID:
    """Write down from today what two organisations agreed (R1); each by its id or its whole name."""
    with _database(environment, "referral") as db:
        with db.transaction(worker_of("referral")) as conn:
            found = [store.named(conn, one) for one in parties]
        if missing := [told for told, one in zip(parties, found, strict=True) if len(one) != 1]:
            raise Failure(f"No organisation, or more than one, is called '{missing[0]}'.")
        (one,), (other,) = found
        made = Agreement(uuid4(), one, other, purpose, legal_ground, _FIELDS, retention_days, clock.today())
        return register_agreement(db, worker_of("referral"), made)


def sign(environment: Environment, language: str, person: str) -> str:
    """A named human stands for the texts of the yes card in this language (R26)."""
    if language not in TEXTS:
        raise Failure(f"There are no texts in '{language}'; there are in {', '.join(sorted(TEXTS))}.")
    with _database(environment, "intake") as db:
        return sign_texts(db, worker_of("intake"), language, person)


@contextmanager
def _database(environment: Environment, service: str) -> Iterator[Database]:
    """As its worker has it; what the directory tells is sealed for nobody."""
    db = Database(environment.dsn(service, "worker"), service=service, max_size=2)
    db.open()
    try:
        yield db
    finally:
        db.close()
