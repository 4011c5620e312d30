"""SQL that writes what can be told of a referral, and spreads it over the addresses that want to hear it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from uuid_utils.compat import uuid7

from services.referral import events
from services.referral.domain import Referral
from services.referral.domain.webhooks import KEPT, EventType, Told
from shared import clock
from shared.db import Connection
from shared.envelope import Event

_TYPES: Mapping[type[Event], EventType] = {
    events.ReferralSentV1: EventType.SENT,
    events.ReferralSeenV1: EventType.SEEN,
    events.InformationAskedV1: EventType.INFORMATION_ASKED,
    events.InformationAnsweredV1: EventType.INFORMATION_ANSWERED,
    events.ReferralTakenOnV1: EventType.ACCEPTED,
    events.ReferralAcceptedV1: EventType.MEETING_PLANNED,
    events.MeetingPlannedV1: EventType.MEETING_PLANNED,
    events.MeetingCancelledV1: EventType.MEETING_CANCELLED,
    events.MeetingHeldV1: EventType.MEETING_HELD,
    events.HelpStartedV1: EventType.IN_PROGRESS,
    events.HelpPausedV1: EventType.ON_HOLD,
    events.OutcomeReportedV1: EventType.OUTCOME_REPORTED,
    events.ReferralClosedV1: EventType.CLOSED,
    events.ReferralDeclinedV1: EventType.DECLINED,
    events.ReferralWithdrawnV1: EventType.WITHDRAWN,
    events.ReferralEndedByFamilyV1: EventType.ENDED_BY_FAMILY,
    events.ReferralRecalledV1: EventType.RECALLED,
    events.ReferralExpiredV1: EventType.EXPIRED,
    events.ReferralSentInErrorV1: EventType.SENT_IN_ERROR,
}

# One row per address that wants it, of each side that may hear it. A replay sends the same delivery again, with the
# number that it had: a receiver that did get it knows it by that.
_SPREAD = """
INSERT INTO webhook_delivery
  (endpoint_id, organisation_id, event_id, type, rests_on_akkoord, occurred_at, state, next_try)
SELECT e.id, e.organisation_id, v.id, v.type, NOT v.is_ending, v.occurred_at, 'waiting', %(now)s
  FROM webhook_event AS v JOIN webhook_endpoint AS e ON v.type = ANY (e.types)
   AND ((v.for_owner AND e.organisation_id = v.owner_organisation)
     OR (v.for_receiver AND e.organisation_id = v.to_organisation))
"""


def record(conn: Connection, referral: Referral, shape: type[Event]) -> None:
    """Write what became true, in its own transaction; the worker finds out who wants to hear it.

    Each side's number is the one that its own pages count (R4).
    """
    told = Told(_TYPES[shape], referral, clock.now())
    conn.execute(
        "INSERT INTO webhook_event (id, type, referral_id, owner_organisation, to_organisation, status, told,"
        "  for_owner, for_receiver, is_ending, school_version, receiver_version, occurred_at)"
        " SELECT %(id)s, %(type)s, id, owner_organisation, to_organisation, %(status)s, %(told)s, %(for_owner)s,"
        "  %(for_receiver)s, %(is_ending)s, school_version, receiver_version, %(occurred_at)s"
        " FROM referral WHERE id = %(referral_id)s",
        {
            "id": uuid7(),
            "type": told.type,
            "referral_id": referral.id,
            "status": referral.status,
            "told": referral.told,
            "for_owner": told.for_owner,
            "for_receiver": told.for_receiver,
            "is_ending": told.is_ending,
            "occurred_at": told.occurred_at,
        },
    )


def spread(conn: Connection, now: datetime, most: int) -> int:
    """Give every active address its own delivery of what is new; returns how many events that were."""
    rows = conn.execute(
        "UPDATE webhook_event SET spread_at = %s WHERE id IN (SELECT id FROM webhook_event WHERE spread_at IS NULL"
        " ORDER BY occurred_at LIMIT %s FOR UPDATE SKIP LOCKED) RETURNING id",
        (now, most),
    ).fetchall()
    if rows:
        conn.execute(
            _SPREAD + " WHERE v.id = ANY (%(events)s) AND e.state = 'active' AND e.made_at <= v.occurred_at"
            " ON CONFLICT (endpoint_id, event_id) DO NOTHING",
            {"events": [row[0] for row in rows], "now": now},
        )
    return len(rows)


def spread_again(conn: Connection, endpoint_id: UUID, since: datetime, until: datetime) -> int:
    """All of a stretch of time for one address once more, what it never got included; returns how many."""
    values: dict[str, Any] = {"endpoint": endpoint_id, "since": since, "until": until, "now": clock.now()}
    return conn.execute(
        _SPREAD + " WHERE e.id = %(endpoint)s AND v.occurred_at >= %(since)s AND v.occurred_at < %(until)s"
        " ON CONFLICT (endpoint_id, event_id) DO UPDATE SET state = 'waiting', tries = 0, next_try = %(now)s,"
        "  problem = '', answer = NULL",
        values,
    ).rowcount


def forget_old(conn: Connection, now: datetime) -> None:
    """With an event go its deliveries; tests of the line go by themselves."""
    conn.execute("DELETE FROM webhook_event WHERE occurred_at <= %s", (now - KEPT,))
    conn.execute("DELETE FROM webhook_delivery WHERE occurred_at <= %s", (now - KEPT,))
