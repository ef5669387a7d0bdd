"""A letter becomes a mail: the template in the reader's language, as text and HTML, under headers that are safe."""

from email.headerregistry import Address, HeaderRegistry
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr
from functools import partial
from typing import Any
from urllib.parse import urljoin, urlsplit
from uuid import UUID

import css_inline
import flask_mail
from flask import current_app
from flask_babel import force_locale

from app.kernel.clock import now
from app.mailer import headers, plain_text, words
from app.mailer.errors import UnsendableError
from app.mailer.kinds import Claim, Content
from app.settings import Settings

# No relay on the way needs to know 8BITMIME.
POLICY = SMTP.clone(cte_type="7bit", header_factory=HeaderRegistry(default_class=headers.AsItIs))
# Mail programs that drop <style> keep what stands at the elements; at-rules (dark mode) cannot stand there.
_inliner = css_inline.CSSInliner(keep_at_rules=True, load_remote_stylesheets=False)


class Message(flask_mail.Message):
    """Flask-Mail's envelope around the standard library's message: its own is never multipart/alternative."""

    def __init__(self, made: EmailMessage, sender: str, recipient: str, envelope_id: str) -> None:
        super().__init__(sender=sender, recipients=[recipient])
        self.made = made
        self.envelope_id = envelope_id

    def ask_for_news(self, *, is_offered: bool) -> None:
        """Have a relay that offers to tell us what becomes of it (RFC 3461) say so, by its id and to the point."""
        self.mail_options = ["RET=HDRS", f"ENVID={self.envelope_id}"] if is_offered else []
        self.rcpt_options = ["NOTIFY=FAILURE,DELAY"] if is_offered else []

    def as_bytes(self) -> bytes:
        return self.made.as_bytes()


def compose(claim: Claim, content: Content) -> Message:
    """The mail to ``claim.address``. Raises UnsendableError for an address or header that no relay should see.

    Templates get ``content.variables`` and ``lang``, ``text_dir``, ``plain(markdown)``, ``listed(names)``,
    ``exactly(moment)`` and ``absolute(address)``. What they raise is let through.
    """
    settings: Settings = current_app.extensions["belfry.settings"]
    locale = words.locale_of(content.locale or claim.locale)
    language = {"lang": str(locale).replace("_", "-"), "text_dir": locale.text_direction}
    spoken = {
        "plain": plain_text.from_markdown,
        "listed": partial(words.listed, locale=locale),
        "exactly": partial(words.exactly, locale=locale),
        "absolute": partial(urljoin, settings.public_url),
    }
    variables = {**language, **spoken, **content.variables}
    own_name, sender = parseaddr(settings.mail_sender)
    made = EmailMessage(policy=POLICY)
    with force_locale(locale):
        made["Subject"] = headers.words(_render(content.template, "subject.txt", variables))
        made.set_content(_render(content.template, "body.txt", variables))
        made.add_alternative(_inliner.inline(_render(content.template, "body.html", variables)), subtype="html")
    made["From"] = _from(content.sender_name or own_name, sender)
    made["To"] = recipient = headers.address(claim.address)
    for name, value in {**_of_every_mail(claim, settings, language["lang"]), **content.headers}.items():
        made[headers.name(name)] = headers.value(value)
    return Message(made, sender, recipient, str(claim.letter_id))


def message_id(letter_id: UUID) -> str:
    """The same at each try, so that a second copy is known for one."""
    return f"<{letter_id}@{_host(current_app.extensions['belfry.settings'])}>"


def _from(name: str, sender: str) -> Address:
    try:
        return headers.named_address(name, sender)
    except UnsendableError:  # a wrong setting can be put right, so no letter fails for it
        raise RuntimeError("MAIL_SENDER holds no mail address") from None


def _of_every_mail(claim: Claim, settings: Settings, lang: str) -> dict[str, str]:
    made = {
        "Date": format_datetime(now()),
        "Message-ID": message_id(claim.letter_id),
        "Auto-Submitted": "auto-generated",  # RFC 3834: no "out of office" in return
        "List-Id": f"<{claim.purpose}.{claim.school_id or claim.district_id}.{_host(settings)}>",
        "Content-Language": lang,
    }
    return {**made, "Importance": "high"} if claim.is_urgent else made


def _host(settings: Settings) -> str:
    host = urlsplit(settings.public_url).hostname or "localhost"
    return f"[IPv6:{host}]" if ":" in host else host


def _render(template: str, part: str, variables: dict[str, Any]) -> str:
    # Not render_template: its context processors speak for a page and whoever looks at it.
    return current_app.jinja_env.get_template(f"email/{template}/{part}").render(variables)
