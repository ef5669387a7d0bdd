"""What the composer's pages know of something that stands already and is being changed."""

from dataclasses import dataclass, replace


@dataclass(frozen=True)
class Editing:
    """``url`` is where the change goes to, ``page_url`` where it stands; ``is_outrun``: somebody else changed it."""

    title: str
    url: str
    page_url: str
    version: str
    is_outrun: bool = False

    def outrun_by(self, version: str) -> "Editing":
        return replace(self, version=version, is_outrun=True)
