"""Settings of the network service; nothing else of it reads the environment."""

from pydantic import Field

from shared.settings import ServiceSettings


class Settings(ServiceSettings):
    """As every service, and which languages may ask for a yes."""

    akkoord_languages: tuple[str, ...] = Field(
        ("nl",),
        description="Languages in which a named human has signed the text of the yes card (R26).",
    )
