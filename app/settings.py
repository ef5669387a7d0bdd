"""What may be set from outside, typed and checked once. The only reader of ``os.environ``."""

import base64
import hashlib
import os
import secrets
import tempfile
import threading
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

LEAST_SECRET = 32
LANES = ("alerts", "urgent_mail", "mail", "bulk")
MOST_WORKERS = 16
LOCAL_HOSTS = frozenset({"localhost", "127.0.0.1", "::1"})


class SettingsError(ValueError):
    """A setting that cannot be used; the message names the variable and says what would be right."""


@dataclass(frozen=True)
class Settings:
    """Everything that differs between two installations. Times in seconds, sizes in bytes."""

    data_dir: Path
    secret_key: str = field(repr=False)
    secret_key_fallbacks: tuple[str, ...] = field(default=(), repr=False)
    host: str = "127.0.0.1"
    port: int = 8000
    public_url: str = "http://127.0.0.1:8000"
    database_url: str = field(default="", repr=False)
    migration_database_url: str = field(default="", repr=False)
    redis_url: str = field(default="", repr=False)
    mail_server: str = field(default="", repr=False)
    mail_sender: str = "Belfry <belfry@localhost>"
    resend_webhook_secret: str = field(default="", repr=False)
    sendgrid_webhook_key: str = ""
    bounce_mailbox: str = field(default="", repr=False)
    mail_rates: str = ""
    web_processes: int = 1
    web_threads: int = 32
    workers: tuple[str, ...] = LANES
    sockets_limit: int = 24
    production: bool = False
    login_limit_per_ip: str = "300 per minute"
    login_limit_per_account: str = "30 per minute"
    metrics_token: str = field(default="", repr=False)
    trusted_proxies: int = 0
    failpoints: frozenset[str] = frozenset()

    @classmethod
    def from_env(cls, env: Mapping[str, str] | None = None) -> "Settings":
        """Read the environment. Raises SettingsError for what is missing, unreadable or unsafe in production."""
        env = os.environ if env is None else env
        data_dir = Path(env.get("DATA_DIR", "var")).absolute()
        host, port = env.get("HOST", "127.0.0.1"), _integer(env, "PORT", 8000, most=65000)
        production = env.get("PRODUCTION", "") == "1"
        database_url = _database_url(env.get("DATABASE_URL") or f"sqlite:///{data_dir / 'belfry.sqlite3'}")
        threads = _integer(env, "WEB_THREADS", 32)
        settings = cls(
            data_dir=data_dir,
            secret_key=env.get("SECRET_KEY") or _kept_secret(data_dir, production=production),
            secret_key_fallbacks=tuple(env.get("SECRET_KEY_FALLBACKS", "").split()),
            host=host,
            port=port,
            public_url=env.get("PUBLIC_URL", f"http://{_shown(host)}:{port}").rstrip("/"),
            database_url=database_url,
            migration_database_url=_database_url(env.get("MIGRATION_DATABASE_URL") or database_url),
            redis_url=env.get("REDIS_URL") or f"unix://{embedded_redis_socket(data_dir)}",
            mail_server=env.get("MAIL_SERVER") or f"smtp://127.0.0.1:{embedded_mail_port(port)}",
            mail_sender=env.get("MAIL_SENDER", "Belfry <belfry@localhost>"),
            resend_webhook_secret=_base64(env, "RESEND_WEBHOOK_SECRET", "whsec_"),
            sendgrid_webhook_key=_base64(env, "SENDGRID_WEBHOOK_KEY"),
            bounce_mailbox=env.get("BOUNCE_MAILBOX", ""),
            mail_rates=env.get("MAIL_RATES", ""),
            web_processes=_integer(env, "WEB_PROCESSES", 1, most=64),
            web_threads=threads,
            workers=_workers(env.get("WORKERS", "")),
            sockets_limit=_integer(env, "SOCKETS_LIMIT", threads * 3 // 4),
            production=production,
            login_limit_per_ip=env.get("LOGIN_LIMIT_PER_IP", "300 per minute"),
            login_limit_per_account=env.get("LOGIN_LIMIT_PER_ACCOUNT", "30 per minute"),
            metrics_token=env.get("METRICS_TOKEN", ""),
            trusted_proxies=_integer(env, "TRUSTED_PROXIES", 0, least=0, most=10),
            failpoints=frozenset(name for name in FAILPOINTS if env.get(name) == "1"),
        )
        if not settings.public_url.isascii():
            raise SettingsError("PUBLIC_URL: write the host in ASCII (xn--...), for it stands in headers of mails")
        if production:
            _refuse_unsafe(settings, env)
        return settings

    @property
    def is_sqlite(self) -> bool:
        return self.database_url.startswith("sqlite")

    @property
    def is_https(self) -> bool:
        return self.public_url.startswith("https://")

    @property
    def uses_embedded_redis(self) -> bool:
        return self.redis_url == f"unix://{embedded_redis_socket(self.data_dir)}"

    @property
    def uses_embedded_mail(self) -> bool:
        return self.mail_server == f"smtp://127.0.0.1:{embedded_mail_port(self.port)}"

    @property
    def origins(self) -> frozenset[str]:
        """The Origins whose pages may open a socket or post a form: ours, and (not in production) this machine's."""
        own = {self.public_url}
        if not self.production:
            for port in range(self.port, self.port + self.web_processes):
                own |= {f"http://{_shown(host)}:{port}" for host in (*LOCAL_HOSTS, self.host)}
        return frozenset(own)


FAILPOINTS = ("FAIL_AFTER_COMMIT",)


def embedded_redis_socket(data_dir: Path) -> Path:
    """Where the embedded Valkey of this data directory listens. Socket paths end at 108 bytes, so not inside it."""
    digest = hashlib.sha256(str(data_dir).encode()).hexdigest()[:16]
    return Path(tempfile.gettempdir()) / f"belfry-{digest}" / "valkey.sock"


def embedded_mail_port(port: int) -> int:
    return port + 25


def _shown(host: str) -> str:
    return {"0.0.0.0": "127.0.0.1", "::": "[::1]", "::1": "[::1]"}.get(host, host)  # noqa: S104


def _integer(env: Mapping[str, str], name: str, default: int, least: int = 1, most: int = 100_000) -> int:
    text = env.get(name, str(default))
    if not text.isdecimal() or not least <= int(text) <= most:
        raise SettingsError(f"{name}={text!r}: a whole number from {least} to {most} is needed")
    return int(text)


def _workers(text: str) -> tuple[str, ...]:
    """Each worker's lane: every lane has one, unless ``mail=3,urgent_mail=2`` says otherwise."""
    counts = dict.fromkeys(LANES, 1)
    for part in filter(None, (each.strip() for each in text.split(","))):
        lane, _, count = (word.strip() for word in part.partition("="))
        if lane not in LANES or not count.isdecimal() or not 1 <= int(count) <= MOST_WORKERS:
            raise SettingsError(
                f"WORKERS={part!r}: write a lane and a number from 1 to {MOST_WORKERS}, such as mail=3,urgent_mail=2. "
                f"The lanes are {', '.join(LANES)}."
            )
        counts[lane] = int(count)
    return tuple(lane for lane in LANES for _ in range(counts[lane]))


def _base64(env: Mapping[str, str], name: str, prefix: str = "") -> str:
    text = env.get(name, "").strip()
    try:
        base64.b64decode(text.removeprefix(prefix), validate=True)
    except ValueError:
        raise SettingsError(f"{name}: copy it as the carrier shows it, {prefix}... in base64") from None
    return text


def _database_url(url: str) -> str:
    for prefix in ("postgres://", "postgresql://"):
        if url.startswith(prefix):
            return "postgresql+psycopg://" + url.removeprefix(prefix)
    if not url.startswith(("sqlite:///", "postgresql+psycopg://")):
        raise SettingsError("DATABASE_URL: begin it with sqlite:/// or postgresql://")
    return url


def _kept_secret(data_dir: Path, *, production: bool) -> str:
    """A key made once per installation, so that nobody ever runs on a key that stands in a repository."""
    if production:
        return ""
    data_dir.mkdir(parents=True, exist_ok=True)
    path, draft = data_dir / "secret-key", data_dir / f"secret-key.{os.getpid()}.{threading.get_ident()}"
    if not path.exists():
        with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            file.write(secrets.token_urlsafe(48))
        with suppress(FileExistsError):
            os.link(draft, path)  # whole or not at all, and the first of several processes wins
        draft.unlink()
    if len(key := path.read_text()) < LEAST_SECRET:
        raise SettingsError(f"SECRET_KEY: {path} holds no key. Remove it, and a new one is made.")
    return key


def _refuse_unsafe(settings: Settings, env: Mapping[str, str]) -> None:
    """Production starts safely or not at all (ASVS 13.2.3, 13.4.2)."""
    redis = urlsplit(settings.redis_url)
    wrong = [
        (len(settings.secret_key) < LEAST_SECRET, "SECRET_KEY: set it to at least 32 random characters"),
        (not settings.is_https, "PUBLIC_URL: production is served by https:// only"),
        (settings.is_sqlite and not env.get("DATABASE_URL"), "DATABASE_URL: say where the data is kept"),
        (settings.uses_embedded_redis, "REDIS_URL: production needs a Redis or Valkey of its own"),
        (settings.uses_embedded_mail, "MAIL_SERVER: production needs a relay"),
        (env.get("FLASK_DEBUG", "0") not in {"", "0"}, "FLASK_DEBUG: must be off in production"),
        (bool(settings.failpoints), "FAIL_AFTER_COMMIT: a failpoint is for tests only"),
        (
            redis.hostname is not None and redis.hostname not in LOCAL_HOSTS and not redis.password,
            "REDIS_URL: a Redis on another host needs a password",
        ),
    ]
    if found := [message for is_wrong, message in wrong if is_wrong]:
        raise SettingsError("PRODUCTION=1 refuses to start.\n  " + "\n  ".join(found))
