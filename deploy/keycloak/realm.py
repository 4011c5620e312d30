"""What the realm file leaves open, as Keycloak fills it in from its environment when it imports the file."""

import secrets
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from deploy.services import SERVICES

REALM = "brug"
PATH = "/auth"  # under the public address
FILE = Path(__file__).with_name("brug-realm.json")
THEMES = Path(__file__).with_name("themes")


@dataclass(frozen=True)
class Secrets:
    """What must be the same here and there: a client's secret by service, that of `brug-accounts`, the admin's."""

    clients: Mapping[str, str]
    accounts: str
    admin: str

    @classmethod
    def fresh(cls) -> "Secrets":
        return cls({one: secrets.token_urlsafe(32) for one in SERVICES}, *(secrets.token_urlsafe(32) for _ in "12"))

    @classmethod
    def of(cls, told: Mapping[str, Any]) -> "Secrets":
        return cls(told["clients"], told["accounts"], told["admin"])

    def told(self) -> dict[str, Any]:
        """To be kept in a file that only its owner reads."""
        return asdict(self)


@dataclass(frozen=True)
class Mail:
    """The server that Keycloak gives its mail to: invitations, and new passwords."""

    host: str = "localhost"
    port: int = 25
    sender: str = "brug@localhost"
    user: str = ""
    password: str = ""
    security: str = ""  # `ssl`, `starttls`, or nothing


def issuer(public_url: str) -> str:
    """The realm's own name, as its tokens say it."""
    return f"{public_url.rstrip('/')}{PATH}/realms/{REALM}"


def environment(
    public_url: str, known: Secrets, mail: Mail | None = None, *, inside: Mapping[str, str] | None = None
) -> dict[str, str]:
    """The variables for Keycloak; `inside` says by service where Keycloak reaches it, if not at the public address."""
    front, mail = public_url.rstrip("/"), mail or Mail()
    addresses = {one: (inside or {}).get(one, front) for one in SERVICES}
    return {
        "BRUG_PUBLIC_URL": front,
        **{f"BRUG_{one.upper()}_ADDRESS": addresses[one].rstrip("/") for one in SERVICES},
        **{f"BRUG_{one.upper()}_CLIENT_SECRET": known.clients[one] for one in SERVICES},
        "BRUG_ACCOUNTS_CLIENT_SECRET": known.accounts,
        "BRUG_SMTP_HOST": mail.host,
        "BRUG_SMTP_PORT": str(mail.port),
        "BRUG_SMTP_FROM": mail.sender,
        "BRUG_SMTP_AUTH": "true" if mail.user else "false",
        "BRUG_SMTP_USER": mail.user,
        "BRUG_SMTP_PASSWORD": mail.password,
        "BRUG_SMTP_SSL": "true" if mail.security == "ssl" else "false",
        "BRUG_SMTP_STARTTLS": "true" if mail.security == "starttls" else "false",
    }
