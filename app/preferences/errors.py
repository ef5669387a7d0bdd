"""What preferences refuse."""


class NotOptionalError(Exception):
    """It always comes, so nobody can switch it off."""
