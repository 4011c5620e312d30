"""Plays the main story for a new family against a running Brug, as an outsider: HTTP and sign-in only."""

from collections.abc import Callable, Mapping

import httpx

from deploy.keycloak.people import Credentials
from deploy.local.home import Failure
from deploy.story import board, by_mail, closing, neighbourhood, plan, sharing
from deploy.story import stop as stopping
from deploy.story.browser import Unexpected
from deploy.story.cast import Cast
from deploy.story.ledger import Ledger


def main(url: str, passwords: Mapping[str, Credentials], mail: Callable[[], str] | None = None) -> int:
    """Play all nine steps and print them; the exit code: 0 where all was as the story says.

    `passwords` is what staff type where their provider asks them; `mail` tells all that reached the mail catcher.
    """
    cast = Cast(url, Ledger(), passwords)
    cast.mail = mail
    return play(cast)


def play(cast: Cast) -> int:
    """The same with people who are cast already."""
    ledger = cast.ledger
    try:
        for step in (
            sharing.talk,
            sharing.cards,
            sharing.answers,
            by_mail.answer,
            plan.write,
            plan.in_her_words,
            plan.a_part,
            neighbourhood.cafe,
            neighbourhood.match,
            stopping.stop,
            stopping.looks,
            stopping.farewell,
            closing.meeting,
            closing.her_word,
            closing.round_and_closed,
            board.board,
            board.page,
        ):
            step(cast)
    except (Unexpected, httpx.HTTPError, Failure) as error:
        ledger.must(holds=False, what=str(error))
    return ledger.report()
