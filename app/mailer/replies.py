"""What a relay's reply, or its silence, means for the letter in hand."""

import smtplib
import unicodedata

from app.mailer.kinds import Answer, Fault, Outcome

MOST_TEXT = 500
# Our account, our name or our encryption is wrong: a fault of the line, for which every letter would fail.
OURS_TO_MEND = (smtplib.SMTPAuthenticationError, smtplib.SMTPConnectError, smtplib.SMTPHeloError)
CODES_OF_THE_LINE = frozenset({530, 534, 535, 538})


def taken(code: int, text: bytes) -> Answer:
    """The relay's promise."""
    return Answer(Outcome.SENT, code, readable(text))


def refused(error: Exception) -> Answer:
    """Permanent when the relay refused this letter with a 5xx (RFC 5321, 4.2.1); all else may pass."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        code, text = next(iter(error.recipients.values()))
        return Answer(_outcome(code), code, readable(text))
    if isinstance(error, smtplib.SMTPResponseException):
        outcome = Outcome.RETRY if isinstance(error, OURS_TO_MEND) else _outcome(error.smtp_code)
        return Answer(outcome, error.smtp_code, readable(error.smtp_error))
    return Answer(Outcome.RETRY, None, readable(f"{_said_of(error)} ({type(error).__name__})"))


def is_of_the_line(answer: Answer) -> bool:
    """Whether a reply speaks of us and not of the letter: any other would have got the same."""
    return answer.code in CODES_OF_THE_LINE


def readable(text: bytes | str) -> str:
    """A relay's words in one short line: they are shown to people and written to logs, and the relay is a stranger."""
    words = text.decode(errors="replace") if isinstance(text, bytes) else text
    return "".join(" " if unicodedata.category(char)[0] in "CZ" else char for char in words).strip()[:MOST_TEXT]


def _outcome(code: int) -> Outcome:
    return Outcome.FAILED if 500 <= code < 600 and code not in CODES_OF_THE_LINE else Outcome.RETRY


def _said_of(error: Exception) -> str:
    # smtplib hides a time-out behind an error of its own.
    if any(isinstance(each, TimeoutError) for each in (error, error.__context__)):
        return Fault.NO_ANSWER
    if isinstance(error, smtplib.SMTPServerDisconnected):
        return Fault.HUNG_UP
    return f"{Fault.NO_RELAY}: {error}"
