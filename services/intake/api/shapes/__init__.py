"""What the API takes and gives, as pydantic models; codes are those of the vocabulary."""

from services.intake.api.shapes.akkoorden import AkkoordBody, AkkoordGranted, AkkoordPage, AkkoordShown
from services.intake.api.shapes.files import (
    AlikePage,
    FileBody,
    FileListed,
    FilePage,
    FileQuery,
    FileShown,
    HandOverBody,
    ListQuery,
    NewFileBody,
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
    NamedLookPage,
    NamedLookShown,
)

__all__ = [
    "AkkoordBody",
    "AkkoordGranted",
    "AkkoordPage",
    "AkkoordShown",
    "AlikePage",
    "AnswerBody",
    "CodeShown",
    "CorrectionPage",
    "CorrectionShown",
    "DoubtBody",
    "FileBody",
    "FileListed",
    "FilePage",
    "FileQuery",
    "FileShown",
    "HandOverBody",
    "KnownFileShown",
    "ListQuery",
    "LookPage",
    "LookQuery",
    "LookShown",
    "NamedLookPage",
    "NamedLookShown",
    "NewFileBody",
]
