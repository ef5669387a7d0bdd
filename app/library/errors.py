"""What the library refuses."""


class NameTakenError(Exception):
    """The school has a text of this name already."""


class FullError(Exception):
    """The school has as many texts as one may have."""
