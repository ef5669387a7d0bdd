"""What can be refused."""


class UnsendableError(ValueError):
    """A mail that no try will ever make fit to send; the message is one of ``kinds.Fault``."""
