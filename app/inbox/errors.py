"""What the inbox refuses."""


class StillLiveError(Exception):
    """An emergency that asks for attention cannot be put out of sight."""


class TooManyPinsError(Exception):
    """What is all on top is nowhere on top."""
