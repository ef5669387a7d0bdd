"""What can be refused."""


class UnsendableError(ValueError):
    """A mail that no try will ever make fit to send; the message is one of ``kinds.Fault``."""


class UnwantedError(Exception):
    """A mail that its reader does not want by now; the message is the reason, as a code of the room that wrote it."""


class PostponedError(Exception):
    """Nobody was asked to take the mail, so it goes back, and no try is counted; the message says why, for people.

    In ``seconds`` it is worth another look.
    """

    def __init__(self, message: str, seconds: float) -> None:
        super().__init__(message)
        self.seconds = seconds
