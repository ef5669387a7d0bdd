"""The link in a mail that ends such mails (RFC 2369, RFC 8058).

It is not an opening into the account: it says who, which category and which channel, to nobody but us, and is sealed
for this purpose alone. It has no end, for a mail may be read years later; it works after a change of the secret key as
long as the old one stands among SECRET_KEY_FALLBACKS.
"""

from uuid import UUID

from flask import current_app

from app.catalogue.kinds import Category, Channel
from app.kernel.sealing import seal_link, unseal_link
from app.preferences.kinds import Subscription
from app.preferences.rules import may_be_switched_off
from app.settings import Settings

PURPOSE = "unsubscribe"
LONGEST = 200
UUID_BYTES = 16


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
    said = f"{subscription.category.value}.{subscription.channel.value}"
    return seal_link(subscription.account_id.bytes + said.encode(), PURPOSE)


def find(token: str) -> Subscription | None:
    """What a token stands for; None for one that we never gave out, and for what always comes."""
    opened = unseal_link(token, PURPOSE) if len(token) <= LONGEST else None
    if opened is None:
        return None
    category, channel = opened[UUID_BYTES:].decode().split(".")
    found = Category(category), Channel(channel)
    return Subscription(UUID(bytes=opened[:UUID_BYTES]), *found) if may_be_switched_off(*found) else None
