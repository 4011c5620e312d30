"""Parts of a page that htmx fetches again and again."""

import hashlib

from flask import Response, make_response, request


def polled(body: str) -> Response:
    """The fragment, or 304 where the browser already shows it; its script keeps the ETag, as nothing is stored.

    The body must not hold a form: its token is another at each rendering.
    """
    response = make_response(body)
    response.set_etag(hashlib.sha256(body.encode()).hexdigest()[:32], weak=True)
    response.make_conditional(request)
    return response
