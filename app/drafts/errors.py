"""What drafts refuse."""


class NotKeptError(Exception):
    """The words could not be kept; what was kept before stands."""


class TooLargeError(NotKeptError):
    """More was written than a draft may hold."""


class TooManyError(NotKeptError):
    """They have as many drafts as one may have."""


class NotTheirsError(NotKeptError):
    """The draft is somebody else's: for whoever asks it is not there."""
