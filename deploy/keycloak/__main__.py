"""`python -m deploy.keycloak`: a Keycloak for `brug up`; writes what that must know to BRUG_HOME/keycloak.env."""

import json
import os
import signal
import sys
import threading
from pathlib import Path

from deploy.keycloak.realm import Mail, Secrets
from deploy.keycloak.server import ADMIN, Keycloak, Where
from deploy.local.home import Failure, Home, write_whole
from deploy.services import ROOT


def main() -> None:
    """Run until Ctrl-C or SIGTERM. Another mail server: BRUG_SMTP_HOST and BRUG_SMTP_PORT."""
    home = Home(Path(os.environ.get("BRUG_HOME", ROOT / ".brug")) / "keycloak")
    home.folder.mkdir(parents=True, exist_ok=True)
    front = f"http://127.0.0.1:{os.environ.get('BRUG_PORT', '8000')}"
    ports = home.ports(["keycloak", "keycloak management"])
    home.keep_state({"ports": ports})
    mail = Mail(os.environ.get("BRUG_SMTP_HOST", "127.0.0.1"), int(os.environ.get("BRUG_SMTP_PORT", "1025")))
    where = Where(front, ports["keycloak"], ports["keycloak management"])
    server = Keycloak(home.folder, where, secrets_of(home.folder), mail)
    ended = threading.Event()
    for one in (signal.SIGINT, signal.SIGTERM):
        signal.signal(one, lambda *_: ended.set())
    try:
        print(f"Keycloak starts on {where.inside} ...", flush=True)
        server.start()
        file = home.folder.parent / "keycloak.env"
        told = "".join(f"export {name}='{value}'\n" for name, value in given(server).items())
        write_whole(file, told, mode=0o600)
        print(f"Keycloak runs. In another terminal: . {file} && brug up --demo", flush=True)
        while not ended.wait(0.5) and server.is_running():
            pass
    except Failure as failure:
        sys.exit(f"brug: {failure}")
    finally:
        server.stop()


def secrets_of(folder: Path) -> Secrets:
    """Made at the first start, and kept for its owner alone."""
    file = folder / "realm-secrets.json"
    if not file.exists():
        write_whole(file, json.dumps(Secrets.fresh().told()), mode=0o600)
    return Secrets.of(json.loads(file.read_text(encoding="utf-8")))


def given(server: Keycloak) -> dict[str, str]:
    """What `brug up` must find in its environment to use this Keycloak."""
    return {
        "BRUG_KEYCLOAK": f"127.0.0.1:{server.where.port}",
        "BRUG_KEYCLOAK_ADMIN": ADMIN,
        "BRUG_KEYCLOAK_ADMIN_PASSWORD": server.secrets.admin,
        "BRUG_STAFF_CLIENT_SECRETS": json.dumps(dict(server.secrets.clients)),
        "BRUG_ACCOUNTS_CLIENT_SECRET": server.secrets.accounts,
    }


if __name__ == "__main__":
    main()
