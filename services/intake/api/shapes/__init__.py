"""What the API takes and gives, as pydantic models; codes are those of the vocabulary."""

from services.intake.api.shapes.akkoorden import AkkoordBody, AkkoordGranted, AkkoordPage, AkkoordShown
from services.intake.api.shapes.files import (
    FileBody,
    FileListed,
    FilePage,
    FileShown,
    ListQuery,
    NewFileBody,
    SafetyBody,
)
from services.intake.api.shapes.persons import (
    AnswerBody,
    CodeShown,
    CorrectionPage,
    CorrectionShown,
    DoubtBody,
    KnownFileShown,
    LookPage,
    LookQuery,
    LookShown,
)

__all__ = [
    "AkkoordBody",
    "AkkoordGranted",
    "AkkoordPage",
    "AkkoordShown",
    "AnswerBody",
    "CodeShown",
    "CorrectionPage",
    "CorrectionShown",
    "DoubtBody",
    "FileBody",
    "FileListed",
    "FilePage",
    "FileShown",
    "KnownFileShown",
    "ListQuery",
    "LookPage",
    "LookQuery",
    "LookShown",
    "NewFileBody",
    "SafetyBody",
]
