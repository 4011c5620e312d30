"""Referral's second process: relay, consumers and timers."""

from services.referral.commands.deliveries import Courier
from services.referral.config import Settings
from services.referral.projections import PROJECTIONS
from services.referral.reactions import REACTIONS
from services.referral.timers import TIMERS, Post, make_accounts, send_letters
from shared import inbox, worker
from shared.accounts import Accounts
from shared.outside import Outside

# What a withdrawal needs has a group of its own: nothing waits before it.
TOPICS = {
    "referral": ["intake.families", "activities.activities"],
    "referral.akkoord": ["intake.consents", "intake.keys", "intake.heartbeats"],
}


def main() -> None:
    """Run until told to stop, or until one of its threads dies."""
    settings = Settings()
    known = inbox.Known(PROJECTIONS, REACTIONS)
    worker.main(settings, worker.Duties("referral", known, TOPICS, TIMERS, beside=_beside(settings)))


def _beside(settings: Settings) -> tuple[worker.Timer, ...]:
    """What waits for others has a thread of its own, so that nothing which closes access stands behind it."""
    return (*_accounts(settings), *_letters(settings), *_webhooks(settings))


def _accounts(settings: Settings) -> tuple[worker.Timer, ...]:
    if not settings.makes_accounts:
        return ()
    client = (settings.accounts_client_id, settings.accounts_client_secret.get_secret_value())
    accounts = Accounts.of(settings, client)
    return (worker.Timer("make_accounts", 2, lambda db: make_accounts(db, accounts, settings.strong_roles)),)


def _letters(settings: Settings) -> tuple[worker.Timer, ...]:
    if settings.mail_server is None:
        return ()
    post = Post(settings.mail_server, settings.desk, settings.public_url)
    return (worker.Timer("send_letters", 1, lambda db: send_letters(db, post)),)


def _webhooks(settings: Settings) -> tuple[worker.Timer, ...]:
    courier = Courier(Outside(local=settings.webhooks_to_localhost), settings.freshness_seconds)
    return (worker.Timer("webhooks", 0.5, courier.go_round),)


if __name__ == "__main__":
    main()
