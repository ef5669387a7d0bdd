"""Whether the database was away, or it is we who were wrong."""

from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError


def is_database_away(error: BaseException) -> bool:
    """True for what may go better later: gone, restarting, locked, or no connection left in the pool."""
    if isinstance(error, DBAPIError) and error.connection_invalidated:
        return True
    return isinstance(error, OperationalError | PoolTimeoutError)
