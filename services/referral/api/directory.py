"""GET /organisations: the directory, for anyone who works for one of its organisations."""

from uuid import UUID

from flask import Blueprint

from services.referral.api.shapes.directory import OrganisationPage, OrganisationQuery, OrganisationShown
from services.referral.api.spec import SPEC, answers
from services.referral.views import directory as views
from shared.paging import after
from shared.web import current_actor, house, requires

api = Blueprint("api_organisations", __name__)


@api.get("/organisations")
@requires("organisation.search")
@SPEC.validate(resp=answers(OrganisationPage), tags=["organisations"])
def list_organisations(query: OrganisationQuery) -> OrganisationPage:
    """Organisations and schools, by name, with the room that they said to have."""
    place = after(query.after, str, UUID)
    search = views.Search(
        words=query.q,
        kind=query.kind,
        town=query.town,
        language=query.language,
        after=(place[0], place[1]) if place else None,
        limit=query.limit,
    )
    page = views.organisations(house().db, current_actor(), search)
    return OrganisationPage(items=[OrganisationShown.of(one) for one in page.items], next=page.next)
