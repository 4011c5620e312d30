"""Users of the broker and their access lists."""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from kafka import KafkaAdminClient
from kafka.admin import (
    ACL,
    ACLFilter,
    ACLOperation,
    ACLPermissionType,
    ACLResourcePatternType,
    ResourcePattern,
    ResourcePatternFilter,
    ResourceType,
    ScramMechanism,
    UserScramCredentialUpsertion,
)
from kafka.errors import SecurityDisabledError

from shared.kafka.broker import Broker
from shared.kafka.faults import BrokerError, plainly


class Access(NamedTuple):
    """All that one user may do. Names without the prefix; `groups` are consumer groups."""

    user: str
    writes: frozenset[str]
    reads: frozenset[str]
    groups: frozenset[str]


def set_users(broker: Broker, passwords: Mapping[str, str]) -> None:
    """Make these SCRAM users, or give them these passwords; who is connected stays so."""
    wanted = [
        UserScramCredentialUpsertion(user, ScramMechanism.SCRAM_SHA_512, password)
        for user, password in passwords.items()
    ]
    with plainly(broker):
        admin = KafkaAdminClient(**broker.client())
        try:
            told = admin.alter_user_scram_credentials(wanted)
        finally:
            admin.close()
    if refused := {user: why for user, why in told.items() if why}:
        raise BrokerError(f"The broker does not make its users: {refused}")


def set_access(broker: Broker, accesses: Sequence[Access]) -> tuple[int, int]:
    """Let each user do this and nothing else; returns how many permissions were added and taken away."""
    with plainly(broker):
        admin = KafkaAdminClient(**broker.client())
        try:
            wanted = {one for access in accesses for one in _lists(broker, access)}
            found = {one for access in accesses for one in admin.describe_acls(_all_of(access.user))[0]}
            if missing := sorted(wanted - found, key=repr):
                failed = admin.create_acls(missing)["failed"]
                if failed:
                    raise BrokerError(f"The broker does not write its access lists: {failed[0].__name__}")
            if surplus := found - wanted:
                admin.delete_acls([_exactly(one) for one in surplus])
        except SecurityDisabledError:
            raise BrokerError("The broker keeps no access lists: set its authorizer.class.name") from None
        finally:
            admin.close()
    return len(wanted - found), len(found - wanted)


def _lists(broker: Broker, access: Access) -> Iterable[ACL]:
    for topic in access.writes:
        yield _may(access.user, ACLOperation.WRITE, ResourceType.TOPIC, broker.prefix + topic)
    for topic in access.reads:
        yield _may(access.user, ACLOperation.READ, ResourceType.TOPIC, broker.prefix + topic)
    for group in access.groups:
        yield _may(access.user, ACLOperation.READ, ResourceType.GROUP, broker.prefix + group)


def _may(user: str, operation: ACLOperation, kind: ResourceType, name: str) -> ACL:
    """Exactly this name; what Kafka counts with it is the right to see that it exists."""
    return ACL(f"User:{user}", "*", operation, ACLPermissionType.ALLOW, ResourcePattern(kind, name))


def _all_of(user: str) -> ACLFilter:
    everything = ResourcePatternFilter(ResourceType.ANY, None, ACLResourcePatternType.ANY)
    return ACLFilter(f"User:{user}", None, ACLOperation.ANY, ACLPermissionType.ANY, everything)


def _exactly(one: ACL) -> ACLFilter:
    return ACLFilter(one.principal, one.host, one.operation, one.permission_type, one.resource_pattern)
