"""What identity refuses."""


class SignInRefusedError(Exception):
    """Name and password do not belong together, or the account is disabled: the caller is told the same for all."""


class NameTakenError(Exception):
    """Somebody else signs in with this name."""
