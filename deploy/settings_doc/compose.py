"""What docker-compose.yml takes from `.env` beside it: found in that file, with its meaning from here."""

import re
from collections.abc import Mapping

from deploy.services import ROOT
from deploy.settings_doc.rows import Row

FILE = ROOT / "docker-compose.yml"
_ASKED = re.compile(r"\$\{(BRUG_[A-Z_]+)(?::-((?:[^{}]|\{[^{}]*\})*))?\}")

# Meaning, and an example where the default is none.
MEANINGS: Mapping[str, tuple[str, str]] = {
    "BRUG_DOMAIN": (
        "The name under which people reach Brug; address and certificate follow from it.",
        "brug.example.org",
    ),
    "BRUG_VERSION": ("Names the images that are built and run; another for each version.", "2026-12-01"),
    "BRUG_PUBLIC_URL": (
        "The whole public address, where it is not `https://` and the domain: behind another port, for a trial.",
        "https://localhost:8443",
    ),
    "BRUG_CERTIFICATES": (
        "A line for Caddy about certificates. `local_certs`: the gateway is its own authority. `email you@example.org`:"
        " whom Let's Encrypt may write. Empty: Caddy's own choice.",
        "local_certs",
    ),
    "BRUG_BIND": ("Address of this machine on which the gateway listens.", "127.0.0.1"),
    "BRUG_HTTP_PORT": ("Port on which it leads browsers to HTTPS.", "8080"),
    "BRUG_HTTPS_PORT": ("Port of the pages; with another than 443 set BRUG_PUBLIC_URL too.", "8443"),
    "BRUG_AKKOORD_LANGUAGES": (
        "Languages in which a named human has signed the text of the yes card (R26).",
        '["nl", "ar"]',
    ),
    "BRUG_SMTP_HOST": ("The mail server to which Keycloak and referral's worker give their mail.", "mail.example.org"),
    "BRUG_SMTP_PORT": ("Its port.", "587"),
    "BRUG_SMTP_FROM": ("Who its mail comes from.", "brug@example.org"),
    "BRUG_SMTP_AUTH": ("Whether the server wants a name and a password (deploy/secrets/smtp_password).", "true"),
    "BRUG_SMTP_USER": ("That name.", "brug"),
    "BRUG_SMTP_SSL": ("TLS from the first byte (port 465).", "true"),
    "BRUG_SMTP_STARTTLS": ("TLS after a greeting (port 587).", "true"),
    "BRUG_HOME": ("Folder to which `docker compose run --rm demo` writes what its people type.", "./.brug"),
    "BRUG_BUILD_CA": ("While building: the certificate (PEM) of a company's proxy.", "/etc/ssl/certs/company.pem"),
    "BRUG_BUILD_NETWORK": ("While building: the network to use.", "host"),
    "BRUG_POSTGRES_BUFFERS": ("PostgreSQL's own cache; a quarter of its memory.", "512MB"),
    "BRUG_KAFKA_HEAP": ("Memory of the broker's Java; half of its container's.", "1g"),
}
_LIMITS = {"MEMORY": ("Most memory for", "2g"), "CPUS": ("Most cores for", "4")}


def asked() -> dict[str, str]:
    """Every variable that the file takes from outside, and its default there."""
    return {name: default or "" for name, default in _ASKED.findall(FILE.read_text(encoding="utf-8"))}


def rows() -> list[Row]:
    """In the order of MEANINGS, then the limits. Raises KeyError for a variable without a meaning."""
    known = asked()
    order = [*(name for name in MEANINGS if name in known), *(name for name in known if name not in MEANINGS)]
    return [Row(name, *_told(name, known[name]), secret=False) for name in order]


def _told(name: str, default: str) -> tuple[str, str, str]:
    if name in MEANINGS:
        meaning, example = MEANINGS[name]
        return meaning, default, example
    _, part, kind = name.split("_")
    words, example = _LIMITS[kind]
    return f"{words} {'each ' if part in ('WEB', 'WORKER') else ''}{part.lower()}.", default, example
