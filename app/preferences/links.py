"""The link in a mail that ends such mails (RFC 2369, RFC 8058).

It is not an opening into the account: it says who, which category and which channel, signed for this purpose alone.
It has no end, for a mail may be read years later; it works after a change of the secret key as long as the old one
stands among SECRET_KEY_FALLBACKS.
"""

from uuid import UUID

from flask import current_app
from itsdangerous import BadSignature

from app.catalogue.kinds import Category, Channel
from app.kernel.ids import parse_id
from app.preferences.kinds import Subscription
from app.preferences.rules import may_be_switched_off
from app.settings import Settings
from app.web.signing import serializer

PURPOSE = "unsubscribe"
LONGEST = 200


def url_of(account_id: UUID, category: Category) -> str | None:
    """Where somebody ends mails of a category; None for mails that always come."""
    if not may_be_switched_off(category, Channel.EMAIL):
        return None
    settings: Settings = current_app.extensions["belfry.settings"]
    return f"{settings.public_url}/unsubscribe/{token_of(Subscription(account_id, category, Channel.EMAIL))}"


def headers_of(url: str) -> dict[str, str]:
    """What lets a mail program show a button of its own, which posts to ``url`` without a page or a cookie."""
    return {"List-Unsubscribe": f"<{url}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}


def token_of(subscription: Subscription) -> str:
    parts = (subscription.account_id.hex, subscription.category.value, subscription.channel.value)
    return str(serializer(PURPOSE).dumps(".".join(parts)))


def find(token: str) -> Subscription | None:
    """What a token stands for; None for one that we never gave out, and for what always comes."""
    try:
        said = str(serializer(PURPOSE).loads(token)) if len(token) <= LONGEST else ""
        account, category, channel = said.split(".")
        found = Category(category), Channel(channel)
    except (BadSignature, ValueError):
        return None
    account_id = parse_id(account)
    return Subscription(account_id, *found) if account_id and may_be_switched_off(*found) else None
