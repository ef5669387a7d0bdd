"""One letter from its claim to its fate. While a relay is spoken to no transaction is open."""

from collections.abc import Callable
from typing import cast

import structlog
from flask import current_app
from flask_babel import force_locale

from app.extensions import db
from app.kernel.away import is_database_away
from app.kernel.clock import now
from app.kernel.jobs import Lane
from app.mailer import messages, rules
from app.mailer.allowance import claim_allowance
from app.mailer.claim import claim_next
from app.mailer.conclude import EXPIRED, LOST, conclude
from app.mailer.errors import PostponedError, UnsendableError, UnwantedError
from app.mailer.kinds import Answer, Claim, Content, Fault, Outcome
from app.mailer.line import Line
from app.mailer.put_back import put_back
from app.mailer.words import locale_of

log = structlog.get_logger(__name__)

Writer = Callable[[Claim], Content | None]


def deliver_next(lane: Lane, line: Line) -> bool:
    """Try the letter that has been due for longest; False when none is due."""
    claim = claim_next(lane)
    if claim is None:
        return False
    try:
        answer = attempt(claim, line)
    except PostponedError as error:
        put_back(claim, error)
    else:
        conclude(claim, answer)
    return True


def attempt(claim: Claim, line: Line) -> Answer:
    """Write the letter and hand it to a relay. Whatever goes wrong is an answer: it must not touch other letters.

    Raises PostponedError when no relay could be asked, the reader's provider has had enough for now, or its writer says
    that this is not its time.
    """
    claim_allowance(claim)
    try:
        message = write(claim)
    except UnsendableError as error:
        return Answer(Outcome.FAILED, None, str(error))
    except UnwantedError as error:
        return Answer(Outcome.EXPIRED, None, str(error))
    except PostponedError:
        raise
    except Exception as error:
        log.exception("a letter could not be written", letter_id=str(claim.letter_id))
        reason = f"{Fault.UNWRITTEN} ({type(error).__name__})"
        return Answer(Outcome.RETRY, None, reason, is_poison=not is_database_away(error))
    finally:
        db.session.remove()  # the writer has read, and a relay may take its time
    if message is None:
        return EXPIRED
    # A process that was frozen goes on here: somebody else may have the letter before the relay has answered.
    is_too_late = now() + rules.CONVERSATION >= claim.lease_until
    return LOST if is_too_late else line.hand_over(message)


def write(claim: Claim) -> messages.Message | None:
    """The mail itself; None when it should not be sent any more."""
    if claim.expires_at and claim.expires_at <= now():
        return None
    writers = cast("dict[str, Writer]", current_app.extensions["belfry.letter_writers"])
    with force_locale(locale_of(claim.locale)):
        content = writers[claim.purpose](claim)
    return messages.compose(claim, content) if content else None
