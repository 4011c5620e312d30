"""/capacity-questions: asking for room without a word about whom (R8), and answering."""

from uuid import UUID

from flask import Blueprint

from services.referral import commands
from services.referral.api.shapes.capacity import AnswerRoom, AskingShown, AskRoom, QuestionPage, QuestionShown
from services.referral.api.shapes.directory import ListQuery
from services.referral.api.spec import SPEC, answers
from services.referral.views import capacity as views
from shared.api import idempotency_key
from shared.paging import after
from shared.refusals import Invalid
from shared.security import Actor
from shared.web import current_actor, house, requires

api = Blueprint("api_capacity", __name__)


@api.post("/capacity-questions")
@requires("capacity.ask")
@SPEC.validate(resp=answers(AskingShown, 201, keyed=True), tags=["capacity"])
def ask(json: AskRoom) -> tuple[AskingShown, int]:
    """Ask several organisations at once whether they have room."""
    actor = current_actor()
    school = json.from_organisation or _only_school(actor)
    asking = commands.new_asking(school, tuple(json.organisations), json.reason)
    asking_id = commands.ask_room(house().db, actor, asking, key=idempotency_key())
    questions = views.of_asking(house().db, actor, asking_id)
    return AskingShown(id=asking_id, questions=[QuestionShown.of(one) for one in questions]), 201


@api.get("/capacity-questions")
@requires("capacity.list")
@SPEC.validate(resp=answers(QuestionPage), tags=["capacity"])
def list_questions(query: ListQuery) -> QuestionPage:
    """Those that your organisations asked or were asked, newest first."""
    place = after(query.after, UUID)
    page = views.questions(house().db, current_actor(), place[0] if place else None, query.limit)
    return QuestionPage(items=[QuestionShown.of(one) for one in page.items], next=page.next)


@api.post("/capacity-questions/<uuid:question_id>/answer")
@requires("capacity.state")
@SPEC.validate(resp=answers(QuestionShown, keyed=True), tags=["capacity"])
def answer(question_id: UUID, json: AnswerRoom) -> QuestionShown:
    """Say whether your organisation has room; all who asked the same have their answer."""
    actor = current_actor()
    said = commands.Answer(json.state, json.expected_on)
    commands.answer_question(house().db, actor, question_id, said, key=idempotency_key())
    return QuestionShown.of(views.question(house().db, actor, question_id))


def _only_school(actor: Actor) -> UUID:
    schools = actor.organisations_as("school_staff")
    if len(schools) != 1:
        raise Invalid({"from_organisation": "Zeg erbij voor welke school je dit vraagt."})
    return next(iter(schools))
