"""What a relay's reply, or its silence, means for the letter in hand."""

import re
import smtplib
import unicodedata

from app.mailer.kinds import Answer, Fault, Outcome

MOST_TEXT = 500
# Our account, our name or our encryption is wrong: a fault of the line, for which every letter would fail.
OURS_TO_MEND = (smtplib.SMTPAuthenticationError, smtplib.SMTPConnectError, smtplib.SMTPHeloError)
# To sign in, to encrypt, to speak in order (RFC 4954 and 5321); 502 and 503 answer a command and no address.
CODES_OF_THE_LINE = frozenset({454, 502, 503, 523, 524, 525, 530, 534, 535, 538})
# The same as enhanced codes (RFC 3463, 5248), behind whatever code a relay chose, and its own troubles.
STATUSES_OF_THE_LINE = frozenset({"3.2", "3.5", "7.8", "7.9", "7.10", "7.11", "7.12", "7.13", "7.14"})
TOO_LONG = frozenset({"2.3", "3.4"})
STATUS = re.compile(r"[245]\.(\d{1,3}\.\d{1,3})\b")


def taken(code: int, text: bytes) -> Answer:
    """The relay's promise."""
    return Answer(Outcome.SENT, code, readable(text))


def refused(error: Exception) -> Answer:
    """Permanent when the relay refused this letter with a 5xx (RFC 5321, 4.2.1); all else may pass."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        code, text = next(iter(error.recipients.values()))
        return Answer(_outcome(code, readable(text)), code, readable(text))
    if isinstance(error, smtplib.SMTPResponseException):
        code, words = error.smtp_code, readable(error.smtp_error)
        # All mail has one sender. Who may not use it can be let to, so no letter fails for it, unless it is too long.
        is_of_sender = isinstance(error, smtplib.SMTPSenderRefused) and code != 552 and _status(words) not in TOO_LONG
        outcome = Outcome.RETRY if is_of_sender or isinstance(error, OURS_TO_MEND) else _outcome(code, words)
        return Answer(outcome, code, words)
    return Answer(Outcome.RETRY, None, readable(f"{_said_of(error)} ({type(error).__name__})"))


def is_of_the_line(answer: Answer) -> bool:
    """Whether a reply speaks of us and not of the letter: any other would have got the same."""
    return answer.code is not None and _is_of_the_line(answer.code, answer.text)


def readable(text: bytes | str) -> str:
    """A relay's words in one short line: they are shown to people and written to logs, and the relay is a stranger."""
    words = text.decode(errors="replace") if isinstance(text, bytes) else text
    return "".join(" " if unicodedata.category(char)[0] in "CZ" else char for char in words).strip()[:MOST_TEXT]


def _outcome(code: int, words: str) -> Outcome:
    return Outcome.FAILED if 500 <= code < 600 and not _is_of_the_line(code, words) else Outcome.RETRY


def _is_of_the_line(code: int, words: str) -> bool:
    return code in CODES_OF_THE_LINE or (code >= 500 and _status(words) in STATUSES_OF_THE_LINE)


def _status(words: str) -> str:
    """Subject and detail of the enhanced code that a relay's words begin with; empty where there is none."""
    found = STATUS.match(words)
    return found[1] if found else ""


def _said_of(error: Exception) -> str:
    # smtplib hides a time-out behind an error of its own.
    if any(isinstance(each, TimeoutError) for each in (error, error.__context__)):
        return Fault.NO_ANSWER
    if isinstance(error, smtplib.SMTPServerDisconnected):
        return Fault.HUNG_UP
    return f"{Fault.NO_RELAY}: {error}"
