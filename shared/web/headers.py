"""What every answer tells the browser, and the trace and log line of every request."""

import time
from urllib.parse import urlsplit

import structlog
from flask import Flask, Response, g, request

from shared import telemetry
from shared.house import House, house

log = structlog.get_logger()

_QUIET = frozenset({"static", "health.live", "health.ready", "health.metrics"})


def install(app: Flask) -> None:
    app.before_request(_begin)
    app.after_request(_protect)
    app.after_request(_note)
    app.teardown_request(lambda _: telemetry.forget_trace())


def content_policy(house: House) -> str:
    """Everything from ourselves, no script or style inside a page; forms may lead on to the issuers."""
    origins = {_origin(issuer.issuer) for issuer in house.issuers.values()}
    forms = " ".join(["'self'", *sorted(origins)])
    return (
        "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none';"
        f" form-action {forms}; frame-ancestors 'none'"
    )


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def _begin() -> None:
    g.began = time.monotonic()
    telemetry.bind_trace(request.headers.get("traceparent"))


def _protect(response: Response) -> Response:
    headers = response.headers
    headers.setdefault("Content-Security-Policy", content_policy(house()))
    headers.setdefault("Referrer-Policy", "same-origin")
    headers.setdefault("X-Content-Type-Options", "nosniff")
    headers.setdefault("X-Frame-Options", "DENY")
    headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
    headers.setdefault("Permissions-Policy", "camera=(), geolocation=(), microphone=()")
    if house().shared_settings.secure_cookies:
        headers.setdefault("Strict-Transport-Security", "max-age=31536000")
    if request.endpoint != "static":
        response.vary.update(("Cookie", "Accept-Language", "HX-Request"))
        public = g.get("public") and response.status_code == 200
        headers.setdefault("Cache-Control", "private, max-age=60" if public else "no-store")
    return response


def _note(response: Response) -> Response:
    headers = response.headers
    headers["traceparent"] = telemetry.traceparent()
    if request.endpoint not in _QUIET:
        took = round((time.monotonic() - g.get("began", time.monotonic())) * 1000)
        log.info("request", endpoint=request.endpoint, status=response.status_code, milliseconds=took)
    return response
