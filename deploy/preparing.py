"""What must be there before the containers of a stack start: roles, databases, migrations, topics."""

from collections.abc import Callable

from deploy import roles
from deploy.containers import ContainerEnvironment
from deploy.local import data
from deploy.services import SERVICES

KEYCLOAK = "keycloak"


def prepare(environment: ContainerEnvironment, say: Callable[[str], None]) -> None:
    """Bring database and broker to what this version needs; what is there already stays."""
    (environment.home / "logs").mkdir(exist_ok=True)
    roles.prepare_one(environment.superuser, KEYCLOAK, environment.secrets["keycloak_database"])
    data.prepare(environment, SERVICES)
    say("roles, databases and migrations are there")
    data.make_topics(environment)
    say("topics are there")
