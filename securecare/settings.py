"""What this installation is told by its environment. Read once; nothing else reads it."""

import base64
import binascii
import hashlib
import os
import re
import secrets
import tempfile
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import SplitResult, unquote, urlsplit

if TYPE_CHECKING:
    from sqlalchemy.engine import URL

APP_ROLE = "securecare_app"
OWNER_ROLE = "securecare"
ROOT = Path(__file__).resolve().parents[1]
EMBEDDED_DATABASE = "securecare"


class SettingsError(Exception):
    """A setting that cannot be used; the message is one sentence for whoever starts the product."""


@dataclass(frozen=True, slots=True)
class MasterKey:
    """A key from which all sealing keys are derived. Its id is written beside what it sealed."""

    id: str
    secret: bytes

    def __repr__(self) -> str:
        return f"MasterKey(id={self.id!r})"


@dataclass(frozen=True, slots=True)
class MailServer:
    """Where e-mails are handed over. `security` is "" (none), "starttls" or "tls"."""

    host: str
    port: int
    security: str
    user: str
    password: str
    sender: str

    def __repr__(self) -> str:
        return f"MailServer({self.host}:{self.port})"


@dataclass(frozen=True, slots=True)
class TextService:
    """An account with a service that speaks Twilio's REST API, and the number texts come from."""

    url: str
    account: str
    token: str
    sender: str

    def __repr__(self) -> str:
        return f"TextService({self.url})"


@dataclass(frozen=True)
class Settings:
    """`database_url` owns the tables; `app_database_url` is what the product runs with."""

    database_url: str
    app_database_url: str
    embedded: bool
    data_dir: Path
    host: str
    port: int
    public_url: str
    redis_url: str | None
    workers: int
    trusted_proxy_hops: int
    secure_cookies: bool
    vault: str
    """A folder, or `s3://bucket/prefix`; "" for a folder of the data folder."""
    vault_endpoint: str | None
    mail: MailServer | None = None
    texts: TextService | None = None
    quiet_minutes: tuple[int, int] = (21 * 60, 8 * 60)
    """When people are left in peace: minutes of their day, from and until."""

    @property
    def in_bucket(self) -> bool:
        """Whether the files of documents are in a bucket, and not in a folder."""
        return self.vault.startswith("s3://")

    @property
    def vault_folder(self) -> Path:
        """Where the files of documents lie, encrypted, unless they are in a bucket."""
        return Path(self.vault).expanduser().resolve() if self.vault else self.data_dir / "vault"

    @property
    def keys_file(self) -> Path:
        return self.data_dir / "keys"

    @property
    def has_keys(self) -> bool:
        """Whether there are master keys already, so that asking for them would make none."""
        return bool(os.environ.get("SECURECARE_MASTER_KEYS")) or self.keys_file.exists()

    def adopt_keys(self, text: str) -> None:
        """Take over keys from a backup, unless this installation has its own."""
        if not self.has_keys:
            parse_master_keys(text, "the backup")
            _make_keys_file(self.keys_file, text)

    @property
    def allowed_origins(self) -> tuple[str, ...]:
        """Where a page may come from, beside the address it was itself served at."""
        own = (f"http://localhost:{self.port}", f"http://127.0.0.1:{self.port}")
        return tuple(dict.fromkeys((self.public_url, *own)))

    @property
    def master_keys(self) -> tuple[MasterKey, ...]:
        """Newest first; read anew each time, so that a rotation reaches a running process.

        From SECURECARE_MASTER_KEYS, else from the key file, which is made on first use.
        """
        given = os.environ.get("SECURECARE_MASTER_KEYS", "").strip()
        if given:
            return parse_master_keys(given, "SECURECARE_MASTER_KEYS")
        if not self.keys_file.exists():
            _make_keys_file(self.keys_file, new_master_key() + "\n")
        return parse_master_keys(self.keys_file.read_text(), str(self.keys_file))


@cache
def settings() -> Settings:
    """The settings of this process, or `SettingsError`."""
    data_dir = Path(os.environ.get("SECURECARE_DATA") or "data").expanduser().resolve()
    given_url = os.environ.get("DATABASE_URL", "").strip()
    owner_url = _postgres_url(given_url, "DATABASE_URL") if given_url else _embedded_url(data_dir)
    app_url = os.environ.get("DATABASE_APP_URL", "").strip()
    host = os.environ.get("SECURECARE_HOST") or "127.0.0.1"
    port = _number("SECURECARE_PORT", 8000, 1, 65535)
    public_url = _web_url(os.environ.get("SECURECARE_PUBLIC_URL") or f"http://localhost:{port}")
    redis_url = os.environ.get("REDIS_URL", "").strip() or None
    workers = _number("SECURECARE_WORKERS", 1, 1, 64)
    if workers > 1 and not redis_url:
        raise SettingsError("SECURECARE_WORKERS above 1 needs a Redis server named in REDIS_URL.")
    return Settings(
        database_url=owner_url,
        app_database_url=_app_url(app_url, given_url, owner_url, data_dir),
        embedded=not given_url,
        data_dir=data_dir,
        host=host,
        port=port,
        public_url=public_url,
        redis_url=redis_url,
        workers=workers,
        trusted_proxy_hops=_number("SECURECARE_TRUSTED_PROXY_HOPS", 0, 0, 10),
        secure_cookies=_yes_or_no("SECURECARE_SECURE_COOKIES", public_url.startswith("https://")),
        vault=_vault(os.environ.get("SECURECARE_VAULT", "").strip()),
        vault_endpoint=os.environ.get("SECURECARE_VAULT_ENDPOINT", "").strip() or None,
        mail=_mail_server(),
        texts=_text_service(),
        quiet_minutes=_quiet_minutes(),
    )


def web_dir() -> Path:
    """The folder in which the interface is compiled and built."""
    return ROOT / os.environ.get("REFLEX_WEB_WORKDIR", ".web")


def built_dir() -> Path:
    """The built interface, as files to be served."""
    return web_dir() / "build" / "client"


def as_app_role(owner_url: str) -> str:
    """The same server and database, acting as the application's role."""
    from sqlalchemy.engine import make_url

    url = make_url(owner_url)
    options = url.query.get("options", "")
    if isinstance(options, tuple):
        options = " ".join(options)
    wanted = f"{options} -c role={APP_ROLE}".strip()
    return _rendered(url.update_query_dict({"options": wanted}))


def conninfo(database_url: str) -> str:
    """The same address as libpq and plain psycopg read it."""
    return database_url.replace("postgresql+psycopg://", "postgresql://", 1)


@lru_cache(maxsize=8)
def parse_master_keys(text: str, source: str) -> tuple[MasterKey, ...]:
    """Read "id:base64,id:base64" (commas or lines); every secret is 32 bytes."""
    keys: list[MasterKey] = []
    for entry in re.split(r"[,\s]+", text.strip()):
        key_id, colon, encoded = entry.partition(":")
        if not colon or not re.fullmatch(r"[A-Za-z0-9_-]{1,32}", key_id):
            raise SettingsError(f"{source} must hold master keys written as id:base64.")
        try:
            secret = base64.b64decode(encoded, validate=True)
        except binascii.Error:
            raise SettingsError(f"Master key {key_id!r} in {source} is not base64.") from None
        if len(secret) != 32:
            raise SettingsError(f"Master key {key_id!r} in {source} must be 32 bytes long.")
        keys.append(MasterKey(key_id, secret))
    if len({key.id for key in keys}) != len(keys):
        raise SettingsError(f"{source} names the same master key id twice.")
    return tuple(keys)


def new_master_key() -> str:
    """A fresh key as one `id:base64` entry."""
    return f"k{secrets.token_hex(4)}:{base64.b64encode(secrets.token_bytes(32)).decode()}"


def written(keys: tuple[MasterKey, ...]) -> str:
    """Keys as a key file holds them, one to a line, newest first."""
    lines = (f"{key.id}:{base64.b64encode(key.secret).decode()}\n" for key in keys)
    return "".join(lines)


def _make_keys_file(path: Path, text: str) -> None:
    """Write a first key, readable by the owner alone; the first of several processes wins."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()


def socket_dir(data_dir: Path) -> Path:
    """Where the embedded server listens: a folder that only its own user may enter.

    A socket's path may have 107 bytes; a data folder that lies too deep gets a short one.
    """
    inside = data_dir / "postgres"
    if len(os.fsencode(inside / ".s.PGSQL.5432.lock")) <= 107:
        return inside
    digest = hashlib.sha256(os.fsencode(inside)).hexdigest()[:12]
    return Path(tempfile.gettempdir()) / f"securecare-{digest}"


def _app_url(told: str, given_url: str, owner_url: str, data_dir: Path) -> str:
    """How the product signs in: as itself if it can, else as the owner acting in its role."""
    if told:
        return _postgres_url(told, "DATABASE_APP_URL")
    return as_app_role(owner_url) if given_url else _embedded_url(data_dir, APP_ROLE)


def _embedded_url(data_dir: Path, user: str = OWNER_ROLE) -> str:
    from sqlalchemy.engine import URL

    url = URL.create(
        "postgresql+psycopg",
        username=user,
        database=EMBEDDED_DATABASE,
        query={"host": str(socket_dir(data_dir))},
    )
    return _rendered(url)


def _postgres_url(text: str, name: str) -> str:
    from sqlalchemy.engine import make_url
    from sqlalchemy.exc import ArgumentError

    wish = f"{name} must look like postgresql://user:password@host:5432/database."
    try:
        url = make_url(text)
    except (ArgumentError, ValueError):
        raise SettingsError(wish) from None
    if url.drivername not in {"postgres", "postgresql", "postgresql+psycopg"} or not url.database:
        raise SettingsError(wish)
    return _rendered(url.set(drivername="postgresql+psycopg"))


def _rendered(url: "URL") -> str:
    """With spaces as %20: libpq does not read a plus sign as one."""
    address, question, query = url.render_as_string(hide_password=False).partition("?")
    return address + question + query.replace("+", "%20")


def _vault(text: str) -> str:
    if "://" in text and not re.fullmatch(r"s3://[a-z0-9][a-z0-9.-]+(/[A-Za-z0-9._/-]*)?", text):
        raise SettingsError("SECURECARE_VAULT must be a folder or look like s3://bucket/prefix.")
    return text


def _web_url(text: str) -> str:
    parts = urlsplit(text)
    if parts.scheme not in {"http", "https"} or not parts.netloc or parts.path.strip("/"):
        raise SettingsError("SECURECARE_PUBLIC_URL must look like https://care.example.org.")
    return f"{parts.scheme}://{parts.netloc}"


MAIL_PORTS = {"smtp": 25, "smtp+starttls": 587, "smtps": 465}
_MAIL_SECURITY = {"smtp": "", "smtp+starttls": "starttls", "smtps": "tls"}


def _mail_server() -> MailServer | None:
    """SECURECARE_MAIL_URL, as in "smtp+starttls://user:password@mail.example.org"; none if unset."""
    text = os.environ.get("SECURECARE_MAIL_URL", "").strip()
    if not text:
        return None
    parts = urlsplit(text)
    if parts.scheme not in MAIL_PORTS or not parts.hostname or parts.path.strip("/"):
        raise SettingsError(
            "SECURECARE_MAIL_URL must look like smtp+starttls://user:password@mail.example.org:587."
        )
    sender = os.environ.get("SECURECARE_MAIL_FROM", "").strip()
    if "@" not in sender or not sender.isprintable():
        raise SettingsError("SECURECARE_MAIL_FROM must name the address e-mails come from.")
    if parts.username and parts.scheme == "smtp" and not _is_here(parts.hostname):
        raise SettingsError(
            "SECURECARE_MAIL_URL would send a password unencrypted: use smtp+starttls or smtps."
        )
    return MailServer(
        host=parts.hostname,
        port=_port(parts, "SECURECARE_MAIL_URL") or MAIL_PORTS[parts.scheme],
        security=_MAIL_SECURITY[parts.scheme],
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        sender=sender,
    )


def _text_service() -> TextService | None:
    """SECURECARE_SMS_URL, as in "https://ACCOUNT:TOKEN@api.twilio.com"; none if unset."""
    text = os.environ.get("SECURECARE_SMS_URL", "").strip()
    if not text:
        return None
    parts = urlsplit(text)
    account, token = unquote(parts.username or ""), unquote(parts.password or "")
    if parts.scheme not in {"http", "https"} or not (parts.hostname and account and token):
        raise SettingsError(
            "SECURECARE_SMS_URL must look like https://ACCOUNT:TOKEN@api.twilio.com."
        )
    if parts.scheme == "http" and not _is_here(parts.hostname):
        raise SettingsError("SECURECARE_SMS_URL would send its token unencrypted: use https.")
    sender = os.environ.get("SECURECARE_SMS_FROM", "").strip()
    if not re.fullmatch(r"\+[1-9]\d{6,14}", sender):
        raise SettingsError("SECURECARE_SMS_FROM must be a number like +12125550123.")
    port = _port(parts, "SECURECARE_SMS_URL")
    host = parts.hostname if port is None else f"{parts.hostname}:{port}"
    return TextService(f"{parts.scheme}://{host}{parts.path.rstrip('/')}", account, token, sender)


def _port(parts: SplitResult, name: str) -> int | None:
    try:
        return parts.port
    except ValueError:
        raise SettingsError(f"{name} names a port that cannot be.") from None


def _is_here(host: str) -> bool:
    return host in {"localhost", "127.0.0.1", "::1"}


def _quiet_minutes() -> tuple[int, int]:
    """SECURECARE_QUIET_HOURS, as in "21:00-08:00"; twice the same time means never."""
    text = os.environ.get("SECURECARE_QUIET_HOURS", "").strip() or "21:00-08:00"
    found = re.fullmatch(r"([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-3]):([0-5]\d)", text)
    if not found:
        raise SettingsError("SECURECARE_QUIET_HOURS must look like 21:00-08:00.")
    begins_hour, begins, ends_hour, ends = map(int, found.groups())
    return begins_hour * 60 + begins, ends_hour * 60 + ends


def _number(name: str, default: int, least: int, most: int) -> int:
    text = os.environ.get(name, "").strip()
    if not text:
        return default
    if not text.isdecimal() or not least <= int(text) <= most:
        raise SettingsError(f"{name} must be a whole number from {least} to {most}.")
    return int(text)


def _yes_or_no(name: str, default: bool) -> bool:
    text = os.environ.get(name, "").strip().lower()
    if not text:
        return default
    if text in {"1", "yes", "true"}:
        return True
    if text in {"0", "no", "false"}:
        return False
    raise SettingsError(f"{name} must be yes or no.")
