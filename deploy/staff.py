"""What an operator does about staff: invite, list, end, accounts for programs. The worker carries invitations out."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from uuid import UUID

from deploy.environment import Environment
from deploy.keycloak.admin import Admin, ServiceAccount
from deploy.keycloak.realm import REALM
from deploy.local.home import Failure
from services.referral import commands
from services.referral.commands.invitations import Wish, invite_staff
from services.referral.domain import Membership
from services.referral.domain.refusals import RoleDoesNotFit
from services.referral.forms.invitations import is_address
from services.referral.store import directory
from shared import clock
from shared.db import Database
from shared.refusals import NotThere
from shared.security import worker_of

_WORKER = worker_of("referral")


def invite(environment: Environment, wish: Wish, organisation: str) -> None:
    """Write the invitation; refuses in words what cannot be."""
    if not is_address(wish.email):
        raise Failure(f"'{wish.email}' is no mail address.")
    if not environment.given.accounts_client_secret.get_secret_value():
        raise Failure("No accounts are made here: the identity provider makes them (see docs/identity.md).")
    with _referral(environment) as db:
        place = _organisation(db, organisation)
        try:
            invite_staff(db, _WORKER, wish._replace(organisation_id=place))
        except RoleDoesNotFit as error:
            raise Failure(f"Nobody is '{wish.role}' at '{organisation}'.") from error


def listed(environment: Environment, organisation: str) -> list[str]:
    """One line for each membership there: ids, roles and functions; names are not known here."""
    with _referral(environment) as db:
        place = _organisation(db, organisation)
        with db.transaction(_WORKER) as conn:
            found = directory.memberships_at(conn, place, clock.today())
    return [f"{one.id}  {one.role:15} {one.function:30} since {one.valid_from}" for one in found] or ["nobody"]


def end(environment: Environment, membership: UUID) -> None:
    """End it at once, in every service."""
    with _referral(environment) as db:
        try:
            commands.end_membership(db, _WORKER, membership, clock.today())
        except NotThere as error:
            raise Failure(f"There is no membership {membership}. See `brug staff list`.") from error


def service_account(
    environment: Environment, name: str, scopes: Sequence[str], membership: tuple[str, str, str]
) -> ServiceAccount:
    """A program's own account with these scopes, and what it is at which organisation: (organisation, role, function).

    It has a membership as any staff member: the scopes limit what it may do with that.
    """
    issuer, address = environment.given.issuer_of_staff(environment.public_url)
    inside = (address or issuer).removesuffix(f"/realms/{REALM}")
    password = environment.given.keycloak_admin_password.get_secret_value()
    if not inside or not password:
        raise Failure("Set BRUG_KEYCLOAK_ADMIN_PASSWORD to the password of Keycloak's administrator.")
    organisation, role, function = membership
    with _referral(environment) as db, Admin(inside, environment.given.keycloak_admin, password) as admin:
        place = _organisation(db, organisation)
        made = admin.add_service_account(name, scopes)
        granted = Membership(made.user_id, made.user_id, place, role, function, "discretie", clock.today())
        commands.grant_membership(db, _WORKER, granted)
    return made


@contextmanager
def _referral(environment: Environment) -> Iterator[Database]:
    db = Database(environment.dsn("referral", "worker"), service="referral", max_size=2)
    db.open()
    try:
        yield db
    finally:
        db.close()


def _organisation(db: Database, told: str) -> UUID:
    """By its id, or by its whole name where only one has it."""
    with db.transaction(_WORKER) as conn:
        found = directory.named(conn, told)
    if len(found) != 1:
        raise Failure(f"{len(found) or 'No'} organisations are called '{told}'; give its id.")
    return found[0]
