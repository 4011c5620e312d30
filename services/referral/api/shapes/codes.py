"""Codes of the vocabulary as fields: checked when they come in, listed in the description."""

from typing import Annotated, Any

from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

from shared import vocabulary


def _among(name: str) -> AfterValidator:
    def known(code: str) -> str:
        if code not in vocabulary.codes(name):
            raise PydanticCustomError("unknown_code", "not in {vocabulary}", {"vocabulary": name})
        return code

    return AfterValidator(known)


def _listed(name: str) -> Any:
    return Field(json_schema_extra={"enum": list(vocabulary.codes(name))})


DeclineCode = Annotated[str, _among("decline_reasons"), _listed("decline_reasons")]
InformationNeed = Annotated[str, _among("information_needs"), _listed("information_needs")]
InformationCode = Annotated[str, _among("information_answers"), _listed("information_answers")]
Outcome = Annotated[str, _among("referral_outcomes"), _listed("referral_outcomes")]
Face = Annotated[str, _among("helped_answers"), _listed("helped_answers")]
TaskResult = Annotated[str, _among("task_results"), _listed("task_results")]
Purpose = Annotated[str, _among("purposes"), _listed("purposes")]
LegalGround = Annotated[str, _among("legal_grounds"), _listed("legal_grounds")]
SpecialGround = Annotated[str, _among("special_grounds"), _listed("special_grounds")]
SharedField = Annotated[str, _among("shared_fields"), _listed("shared_fields")]
StaffRole = Annotated[str, _among("staff_roles"), _listed("staff_roles")]
Secrecy = Annotated[str, _among("secrecy"), _listed("secrecy")]
