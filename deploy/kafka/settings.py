"""The broker as its administrator reaches it, and the users that services have there."""

from pydantic import Field, SecretStr

from shared.kafka import Broker
from shared.settings import BrokerSettings


class BrokerAdminSettings(BrokerSettings):
    """BRUG_KAFKA_USERNAME is the administrator's here: he makes topics, users and access lists."""

    kafka_passwords: dict[str, SecretStr] = Field(
        default_factory=dict,
        description="By service, the password of its own user `brug-<service>` at the broker;"
        " empty: services are the user that is given.",
    )

    def user_of(self, service: str) -> str:
        """The name of a service's own user at the broker; stacks that share a broker differ in their prefix."""
        return f"{self.topic_prefix}brug-{service}"

    def own_user(self, service: str) -> dict[str, str]:
        """The settings with which a service's processes are its own user, where it has one."""
        if not (password := self.kafka_passwords.get(service)):
            return {}
        return {"BRUG_KAFKA_USERNAME": self.user_of(service), "BRUG_KAFKA_PASSWORD": password.get_secret_value()}

    def broker_for(self, service: str) -> Broker:
        """The broker as a service's processes reach it."""
        broker = Broker.of(self)
        if not (password := self.kafka_passwords.get(service)):
            return broker
        return broker._replace(username=self.user_of(service), password=password.get_secret_value())
