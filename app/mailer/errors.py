"""What can be refused."""


class UnsendableError(ValueError):
    """A mail that no try will ever make fit to send; the message is one of ``kinds.Fault``."""


class UnwantedError(Exception):
    """A mail that its reader does not want by now; the message is the reason, as a code of the room that wrote it."""
