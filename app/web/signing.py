"""What we hand out signed, so that it can be believed when it comes back. Nothing of it is kept."""

import hashlib

from flask import current_app
from itsdangerous import URLSafeSerializer

from app.settings import Settings


def serializer(purpose: str) -> URLSafeSerializer:
    """Signs for one purpose: what was signed for another is no token here. Old keys are still believed."""
    settings: Settings = current_app.extensions["belfry.settings"]
    keys = [*settings.secret_key_fallbacks, settings.secret_key]
    return URLSafeSerializer(keys, salt=purpose, signer_kwargs={"digest_method": hashlib.sha256})
