"""What must be there before the containers of a stack start: roles, databases, migrations, topics, access lists."""

from collections.abc import Callable

from deploy import roles
from deploy.containers import ContainerEnvironment
from deploy.kafka.prepare import prepare as prepare_broker
from deploy.local import data
from deploy.services import SERVICES

KEYCLOAK = "keycloak"


def prepare(environment: ContainerEnvironment, say: Callable[[str], None]) -> None:
    """Bring database and broker to what this version needs; what is there already stays."""
    (environment.home / "logs").mkdir(exist_ok=True)
    roles.prepare_one(environment.superuser, KEYCLOAK, environment.secrets["keycloak_database"])
    data.prepare(environment, SERVICES)
    say("roles, databases and migrations are there")
    prepare_broker(environment.broker_settings, say)
    say("topics, users of the broker and access lists are there")
