"""A city's own OpenID provider beside Brug's passwords: Keycloak takes its word for who somebody is.

Whoever comes in that way is known by the mail address that an invitation was sent to, so an address counts only where
the provider's signed token says that it is verified, or where the operator vouches for the provider's own domains.
"""

import re
from collections.abc import Mapping
from typing import Any, NamedTuple

from deploy.keycloak import addresses, flows
from deploy.keycloak.admin import Admin
from deploy.local.home import Failure

_INSTANCES = "/identity-provider/instances"
_ALIAS = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?")
_DOMAIN = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}")
_NEEDED = ("issuer", "authorizationUrl", "tokenUrl", "jwksUrl")
# Not where it ends its own session: our pages let no form lead to another site (form-action), and signing out is one.
_FROM_DISCOVERY = (*_NEEDED, "useJwksUrl", "metadataDescriptorUrl")


class Provider(NamedTuple):
    """`alias`: its word in addresses; `name`: what its button says; `trusted`: domains whose addresses are its own."""

    alias: str
    name: str
    discovery: str
    client_id: str
    secret: str
    scopes: str = "openid email"
    trusted: tuple[str, ...] = ()


def add(admin: Admin, provider: Provider) -> bool:
    """Make it, or bring it to what is said now: links of people stay. Returns whether it is new."""
    wanted = _representation(provider, _discovered(admin, provider))
    known = {one["alias"]: one["config"].get("issuer") for one in _all(admin)}
    is_new = provider.alias not in known
    if not is_new and known[provider.alias] != wanted["config"]["issuer"]:
        # Links name people as one provider knows them; another may use the same names for others.
        raise Failure(f"'{provider.alias}' is {known[provider.alias]}. Remove it first, or choose another alias.")
    addresses.keep(admin)
    flows.ensure(admin)
    if is_new:
        # Nobody finds its button before all of it is there.
        admin.ask("POST", _INSTANCES, {**wanted, "enabled": False})
    place = f"{_INSTANCES}/{provider.alias}"
    _settle_mapper(admin, place, provider.alias)
    admin.ask("PUT", place, wanted)
    return is_new


def listed(admin: Admin) -> list[str]:
    """One line for each."""
    return [
        f"{one['alias']:20} {one.get('displayName', ''):30} {one['config'].get('issuer', '')}"
        f"  an address counts where {one['config'].get('claimFilterName')} is {one['config'].get('claimFilterValue')}"
        for one in _all(admin)
    ] or ["none: staff sign in with a password of Brug"]


def remove(admin: Admin, alias: str) -> None:
    """With all links to it; the accounts stay."""
    if alias not in {one["alias"] for one in _all(admin)}:
        raise Failure(f"There is no provider '{alias}'. See `brug realm provider list`.")
    admin.ask("DELETE", f"{_INSTANCES}/{alias}")


def way_back(issuer: str, alias: str) -> str:
    """Where the provider must let people return to."""
    return f"{issuer}/broker/{alias}/endpoint"


def _all(admin: Admin) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = admin.ask("GET", _INSTANCES).json()
    return found


def _discovered(admin: Admin, provider: Provider) -> dict[str, str]:
    """As Keycloak itself reads it: it must reach the provider later as well."""
    if not _ALIAS.fullmatch(provider.alias):
        raise Failure(f"'{provider.alias}' stands in addresses: small letters, digits and hyphens, at most 40.")
    if strange := [one for one in provider.trusted if not _DOMAIN.fullmatch(one)]:
        raise Failure(f"'{strange[0]}' is no domain of mail addresses, such as city.example.")
    admin.ask("GET", _INSTANCES)  # what is wrong with the administrator is said as such
    try:
        asked = {"providerId": "oidc", "fromUrl": provider.discovery}
        found = admin.ask("POST", "/identity-provider/import-config", asked).json()
    except Failure as error:
        raise Failure(f"Keycloak cannot read {provider.discovery}; its log says why.") from error
    if any(not found.get(one) for one in _NEEDED):
        raise Failure(f"{provider.discovery} does not describe an OpenID provider.")
    return {name: found[name] for name in _FROM_DISCOVERY if name in found}


def _representation(provider: Provider, found: Mapping[str, str]) -> dict[str, Any]:
    return {
        "alias": provider.alias,
        "displayName": provider.name,
        "providerId": "oidc",
        "enabled": True,
        "firstBrokerLoginFlowAlias": flows.ARRIVAL,
        "postBrokerLoginFlowAlias": flows.AFTER,
        "trustEmail": False,
        "storeToken": False,
        "linkOnly": False,
        "config": {
            **found,
            "clientId": provider.client_id,
            "clientSecret": provider.secret,
            "clientAuthMethod": "client_secret_post",
            "defaultScope": provider.scopes,
            "validateSignature": "true",
            "pkceEnabled": "true",
            "pkceMethod": "S256",
            "syncMode": "IMPORT",
            # The address and what is said of it must come from one signed token.
            "disableUserInfo": "true",
            "showInAccountConsole": "NEVER",
            "filteredByClaim": "true",
            **_which_addresses(provider.trusted),
        },
    }


def _which_addresses(trusted: tuple[str, ...]) -> dict[str, str]:
    if not trusted:
        return {"claimFilterName": "email_verified", "claimFilterValue": "true"}
    domains = "|".join(re.escape(one) for one in trusted)
    return {"claimFilterName": "email", "claimFilterValue": rf"(?i)[^@\s]+@({domains})"}


def _settle_mapper(admin: Admin, place: str, alias: str) -> None:
    """Keycloak also looks for an account with the name that the provider tells, which nobody verifies.

    With a blank in it that name is nobody's: an account is found by its address, or not at all.
    """
    wanted = {
        "name": "nobody's name",
        "identityProviderAlias": alias,
        "identityProviderMapper": "oidc-username-idp-mapper",
        "config": {"template": "${ALIAS} ${CLAIM.sub}", "target": "LOCAL", "syncMode": "INHERIT"},
    }
    if wanted["name"] not in {one["name"] for one in admin.ask("GET", f"{place}/mappers").json()}:
        admin.ask("POST", f"{place}/mappers", wanted)
