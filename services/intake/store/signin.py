"""Sign-in codes, as seals only, and wrong tries."""

from datetime import datetime, timedelta
from uuid import UUID

from uuid_utils.compat import uuid7

from services.intake.domain.signin import Paper
from shared.db import Connection
from shared.openid_codes import IssuedCode, Subject


def keep(conn: Connection, paper: Paper, owner_organisation: UUID, seals: tuple[str, str], at: datetime) -> UUID:
    """Keep a new code; older unused ones of the same person end now."""
    conn.execute(
        "UPDATE sign_in_code SET expires_at = %s WHERE person_id = %s AND used_at IS NULL AND expires_at > %s",
        (at, paper.person_id, at),
    )
    code_id = uuid7()
    conn.execute(
        "INSERT INTO sign_in_code (id, person_id, owner_organisation, code_seal, token_seal, made_by, made_at,"
        " expires_at) VALUES (%s, %s, %s, %s, %s, %s, %s, %s)",
        (code_id, paper.person_id, owner_organisation, *seals, conn.actor.id, at, paper.expires_at),
    )
    return code_id


def use(conn: Connection, seal: str, at: datetime) -> UUID | None:
    """Use a code or token once; of two at the same moment, one gets the person."""
    row = conn.execute(
        "UPDATE sign_in_code SET used_at = %s"
        " WHERE (code_seal = %s OR token_seal = %s) AND used_at IS NULL AND expires_at > %s RETURNING person_id",
        (at, seal, seal, at),
    ).fetchone()
    return row[0] if row else None


def was_made(conn: Connection, seal: str) -> bool:
    """Whether this code or token ever was one, used or too old by now."""
    row = conn.execute(
        "SELECT 1 FROM sign_in_code WHERE code_seal = %s OR token_seal = %s LIMIT 1", (seal, seal)
    ).fetchone()
    return row is not None


def note_wrong(conn: Connection, client_seal: str, at: datetime) -> None:
    conn.execute("INSERT INTO wrong_code (client_seal, tried_at) VALUES (%s, %s)", (client_seal, at))


def count_wrong(conn: Connection, client_seal: str, since: datetime) -> int:
    row = conn.execute(
        "SELECT count(*) FROM wrong_code WHERE client_seal = %s AND tried_at > %s", (client_seal, since)
    ).fetchone()
    return int(row[0]) if row else 0


def save_openid_code(conn: Connection, code: IssuedCode) -> None:
    conn.execute(
        "INSERT INTO openid_code (digest, client_id, redirect_uri, scope, nonce, challenge, person_id, locale,"
        " signed_in_at, expires_at) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)",
        (
            code.digest,
            code.client_id,
            code.redirect_uri,
            code.scope,
            code.nonce,
            code.challenge,
            code.subject.id,
            code.subject.locale,
            code.signed_in_at,
            code.expires_at,
        ),
    )


def take_openid_code(conn: Connection, digest: str) -> IssuedCode | None:
    """The code, once: it is gone afterwards."""
    row = conn.execute(
        "DELETE FROM openid_code WHERE digest = %s RETURNING digest, client_id, redirect_uri, scope, nonce, challenge,"
        " person_id, locale, signed_in_at, expires_at",
        (digest,),
    ).fetchone()
    if row is None:
        return None
    found, client_id, redirect_uri, scope, nonce, challenge, person_id, locale, signed_in_at, expires_at = row
    return IssuedCode(
        digest=found,
        client_id=client_id,
        redirect_uri=redirect_uri,
        scope=scope,
        nonce=nonce,
        challenge=challenge,
        subject=Subject(person_id, locale),
        signed_in_at=signed_in_at,
        expires_at=expires_at,
    )


def forget_old(conn: Connection, now: datetime) -> int:
    """Remove wrong tries of more than an hour ago and codes that ended a month ago."""
    conn.execute("DELETE FROM openid_code WHERE expires_at < %s", (int(now.timestamp()),))
    forgotten = conn.execute("DELETE FROM wrong_code WHERE tried_at < %s", (now - timedelta(hours=1),)).rowcount
    return (
        forgotten + conn.execute("DELETE FROM sign_in_code WHERE expires_at < %s", (now - timedelta(days=30),)).rowcount
    )
