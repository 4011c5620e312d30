"""Who may do what on the broker: read from each service's `events.py` and `worker.py`, never written by hand."""

from importlib import import_module

from deploy.kafka.settings import BrokerAdminSettings
from deploy.services import SERVICES
from shared.kafka import Access, Broker, set_access, set_users


def access_of(service: str, user: str) -> Access:
    """A service writes what its `events.TOPICS` declare, and reads what its `worker.TOPICS` name, in those groups."""
    consumed = import_module(f"services.{service}.worker").TOPICS
    return Access(
        user,
        writes=frozenset(topic.name for topic in import_module(f"services.{service}.events").TOPICS),
        reads=frozenset(topic for topics in consumed.values() for topic in topics),
        groups=frozenset(consumed),
    )


def write(settings: BrokerAdminSettings) -> list[str]:
    """Make each service's user and its access list; a line for what was done. Nothing where services have no users."""
    passwords = settings.kafka_passwords
    if not passwords:
        return []
    broker = Broker.of(settings)
    set_users(broker, {settings.user_of(one): password.get_secret_value() for one, password in passwords.items()})
    wanted = [access_of(service, settings.user_of(service)) for service in SERVICES if service in passwords]
    added, taken = set_access(broker, wanted)
    return [f"access lists of {len(wanted)} users: {added} permissions added, {taken} taken away"]
