"""Ids that the examples of events carry."""

ORGANISATION = "0d6c2a50-1f6e-5c62-9a0e-2f5d9b1c7a01"
SCHOOL = "0d6c2a50-1f6e-5c62-9a0e-2f5d9b1c7a02"
STAFF = "0d6c2a50-1f6e-5c62-9a0e-2f5d9b1c7a03"
MEMBERSHIP = "0d6c2a50-1f6e-5c62-9a0e-2f5d9b1c7a04"
AGREEMENT = "0d6c2a50-1f6e-5c62-9a0e-2f5d9b1c7a05"
REFERRAL = "0d6c2a50-1f6e-5c62-9a0e-2f5d9b1c7a06"
AKKOORD = "0d6c2a50-1f6e-5c62-9a0e-2f5d9b1c7a07"
PERSON = "0d6c2a50-1f6e-5c62-9a0e-2f5d9b1c7a08"
PLAN = "0d6c2a50-1f6e-5c62-9a0e-2f5d9b1c7a0a"
SLOT = "0d6c2a50-1f6e-8c62-9a0e-2f5d9b1c7a0b"
SEALED = {"key_id": "0d6c2a50-1f6e-5c62-9a0e-2f5d9b1c7a09", "box": "bm9uY2UgYW5kIGNpcGhlcnRleHQ="}
