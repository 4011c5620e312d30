"""Ids that differ for each receiver, so that two receivers cannot find out that they know the same family."""

import hmac
from uuid import UUID


def pairwise(secret: str, receiver_organisation: UUID, own_id: UUID) -> UUID:
    """The id by which this receiver knows what we call `own_id`; always the same, and not to be undone."""
    if len(secret) < 16:
        raise ValueError("the pairwise secret is too short to hide anything")
    digest = hmac.digest(secret.encode(), receiver_organisation.bytes + own_id.bytes, "sha256")
    # Version 8 is for ids made by one's own rule (RFC 9562 5.8); the low nibbles of bytes 6 and 8 carry it.
    marked = digest[:6] + bytes([digest[6] & 0x0F | 0x80, digest[7], digest[8] & 0x3F | 0x80]) + digest[9:16]
    return UUID(bytes=marked)
