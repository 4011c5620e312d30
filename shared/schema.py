"""The tables that several services have alike, as frozen SQL for each service's migrations."""

from pathlib import Path

_FOLDER = Path(__file__).parent / "sql"


def house(service: str) -> str:
    """Outbox, inbox, dead letters, sessions and looks: every service has them."""
    return _sql("house", service)


def issuer(service: str) -> str:
    """What sessions keep of the issuer that they came from; after `house`."""
    return _sql("issuer", service)


def directory(service: str) -> str:
    """Organisations, memberships and agreements as read models; not for referral, which owns them."""
    return _sql("directory", service)


def akkoord(service: str) -> str:
    """Persons, akkoorden and keys as read models; not for intake, which owns them."""
    return _sql("akkoord", service)


def safety(service: str) -> str:
    """Safety flags and homes as a read model; not for intake, which owns them."""
    return _sql("safety", service)


def facts(service: str) -> str:
    """Which months are counted; each service counts its own."""
    return _sql("facts", service)


def _sql(name: str, service: str) -> str:
    return (_FOLDER / f"{name}.sql").read_text(encoding="utf-8").replace("{service}", service)
