"""Pages in docs/ say what the code says."""

from deploy import docs, states
from services.referral.domain import Action, Status


def test_the_pages_on_file_are_what_the_code_says() -> None:
    assert docs.stale() == [], "run make docs"


def test_the_page_of_states_names_every_state_and_every_move() -> None:
    page = states.page()
    assert all(f"`{one}`" in page for one in (*Status, *Action))
