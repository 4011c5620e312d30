"""What people do on pages programs do over the API: each action of a page has a route there, or a reason for none."""

from importlib import import_module

import pytest
from flask import Flask

from deploy.services import SERVICES
from shared.permissions import action_of

# A page's own action, and the one of the API that stands for it.
SAME = {
    "activity.write": "activity.publish",
    "registration.make": "drop_in.count",
    "registration.see": "drop_in.see",
    "registration.cancel": "drop_in.cancel",
    "helper.own": "helper.keep",
    "helper.add_another": "helper.keep",
    "plan.history": "plan.read",
    "home.open": "match.list",
    "home.see": "akkoorden.see",
}
# What is of use on a screen or on paper alone: of a plan the API gives every word that its paper holds.
FOR_PEOPLE = {"card.print", "code.use", "exit.quickly", "plan.paper", "welcome.see", "worry.see"}
# Who comes in by a mailed link types a mailed code: a person without an account, who has no token for a program.
BY_MAIL = {"guest.enter"}


@pytest.mark.parametrize("service", SERVICES)
def test_every_action_of_a_page_is_one_of_the_api_too(service: str) -> None:
    pages, api = _actions(service, "web"), _actions(service, "api")
    missing = {one for one in pages if SAME.get(one, one) not in api} - FOR_PEOPLE - BY_MAIL
    assert not missing, f"{service}'s pages can do what its API cannot: {sorted(missing)}"


def _actions(service: str, part: str) -> set[str]:
    app = Flask(service)
    for blueprint in import_module(f"services.{service}.{part}").BLUEPRINTS:
        app.register_blueprint(blueprint)
    found = {action_of(view) for name, view in app.view_functions.items() if name != "static"}
    assert None not in found
    return {str(one) for one in found}
