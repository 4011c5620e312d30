"""The description that all routes of this API write themselves into."""

from spectree import Response

from shared.api import Problem, spec_for

SPEC = spec_for("network", "Brug: ouders voor ouders")
_REFUSED = ("HTTP_400", "HTTP_401", "HTTP_403", "HTTP_404", "HTTP_409", "HTTP_410", "HTTP_422", "HTTP_503")
_CHANGED = ("HTTP_412", "HTTP_428")


def answers(shape: type | None, status: int = 200, *, changes: bool = False) -> Response:
    """The answer of a route and how it may refuse; `changes`: it wants `If-Match`."""
    refused = dict.fromkeys(_REFUSED + (_CHANGED if changes else ()), Problem)
    return Response(**{f"HTTP_{status}": shape} | refused)
