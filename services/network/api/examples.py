"""What the examples of this API say; ids, times and codes make themselves (shared/examples.py)."""

from typing import Any

WORDS: dict[str, Any] = {
    "ContactShown.name": "Mama van Y.",
    "ContactShown.channel": "call",
    "ContactShown.when": ["evening"],
    "HelperShown.gender": "unknown",
    "MakeRequest.name": "Mama van Y.",
    "MakeRequest.private": {"not_my_community": False},
    "MakeRequest.wish": "no_preference",
    "MatchListed.status": "proposed",
    "MatchShown.status": "made",
    "MatchShown.contact_state": "open",
    "MatchShown.helper": None,
    "RequestShown.status": "open",
    "Words.text": "Samen naar het oudercafé, en daarna praten.",
    "answer": "yes",
    "child_school_years": ["years_1_3"],
    "first_name": "Y.",
    "neighbourhood": "Dam",
    "organisation_name": "Buurthuis Dam",
    "reasons": ["speaks:ar", "same_school"],
    "role": "parent_ambassador",
    "times": ["evening"],
    "wish": "no_preference",
}
