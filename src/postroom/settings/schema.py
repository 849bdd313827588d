"""The schema: every setting with type, unit, default and one sentence; `docs/settings.md` is made from it."""

import json
import os
import shutil
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, AliasChoices, BeforeValidator, Field, PrivateAttr, model_validator
from pydantic_settings import (
    BaseSettings,
    NoDecode,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from postroom.settings import parse, secret

Bytes = Annotated[int, BeforeValidator(parse.parse_bytes), Field(ge=0)]
Address = Annotated[str, AfterValidator(parse.check_address)]
WebUrl = Annotated[str, AfterValidator(parse.check_web_url)]
Programs = Annotated[Path, AfterValidator(parse.check_programs)]
Count = Annotated[int, Field(ge=1)]
Days = Annotated[int, Field(ge=0)]

DEFAULT_BIND = "localhost:8000"


def default_data() -> Path:
    """`$XDG_DATA_HOME/postroom`, else `~/.local/share/postroom`."""
    base = os.environ.get("XDG_DATA_HOME") or "~/.local/share"
    return Path(base).expanduser() / "postroom"


def _name(text: str, *names: str) -> Any:
    return Field(default=None, repr=False, description=text, validation_alias=AliasChoices(*names))


class Settings(BaseSettings):
    """All settings of one installation. Read with `load()`, never built by hand outside tests."""

    model_config = SettingsConfigDict(
        env_prefix="POSTROOM_", extra="forbid", frozen=True, populate_by_name=True
    )

    # Where things lie
    data: Annotated[Path, AfterValidator(parse.check_data)] = Field(
        default_factory=default_data,
        description="Directory of everything that must survive a restart: database, media, keys, journals.",
    )
    database_url: Annotated[str, AfterValidator(parse.check_database_url)] | None = _name(
        "PostgreSQL 15 to 18 to use instead of the embedded one.", "DATABASE_URL", "database_url"
    )
    pg_bin: Programs | None = Field(
        default=None,
        description="Directory with another PostgreSQL's programs (15 to 18) for the embedded cluster.",
    )
    pg_old_bin: Programs | None = Field(
        default=None,
        description="Programs of the older PostgreSQL that made the cluster, needed once to upgrade it.",
    )
    database_pool_size: Count = Field(default=16, description="Database connections one process may hold.")
    secret_key: str | None = Field(
        default=None,
        repr=False,
        description="Installation keys, newest first, comma-separated; older ones still verify and unseal. "
        "Default: the file secret_key in the data directory, made on the first start.",
    )
    min_free_disk_bytes: Bytes | None = _name(
        "Sends and imports stop below this much free disk; default the smaller of 5 % of the disk and 2 GB.",
        "POSTROOM_MIN_FREE_DISK",
        "POSTROOM_MIN_FREE_DISK_BYTES",
        "min_free_disk_bytes",
        "min_free_disk",
    )

    # Where it answers
    bind: Address = Field(
        default=DEFAULT_BIND,
        description="Address of the web process. Only the default moves on to the next free port when busy.",
    )
    edge_bind: Address | None = Field(
        default=None,
        description="Address of the edge process; default the web's host and its next free port.",
    )
    public_url: WebUrl = Field(
        default="",
        validate_default=False,
        description="Address people type; default http:// and the bind address.",
    )
    edge_url: WebUrl = Field(
        default="",
        validate_default=False,
        description="What links in mails begin with; default the public URL if it is https, "
        "else its host with the edge's port.",
    )
    pages_url: WebUrl = Field(
        default="",
        validate_default=False,
        description="Second host for creators' pages; default the public URL.",
    )
    trusted_proxies: Annotated[
        tuple[Annotated[str, AfterValidator(parse.check_network)], ...],
        NoDecode,
        BeforeValidator(parse.split_list),
    ] = Field(
        default=(), description="Networks whose X-Forwarded-For and X-Forwarded-Proto headers are believed."
    )
    support_contact: Annotated[str, AfterValidator(parse.check_contact)] = Field(
        default="", validate_default=False, description="Email address or URL shown where people need help."
    )
    metrics_token: Annotated[str, AfterValidator(parse.check_token)] | None = Field(
        default=None,
        repr=False,
        description="Bearer token for /metrics; without one only loopback may read them.",
    )

    # Mail
    smtp_url: Annotated[str, AfterValidator(parse.check_smtp_url)] | None = Field(
        default=None,
        repr=False,
        description="SMTP server that mail leaves through; without one it lands in the test inbox.",
    )
    sender_connections: Count = Field(default=8, description="SMTP connections one sender process opens.")
    ambiguous: Literal["resend", "hold"] = Field(
        default="resend",
        description="What becomes of a message whose server took it and whose answer was lost, where the "
        "broadcast does not say: `resend` sends it once more under the same Message-ID, `hold` keeps it as "
        "uncertain until somebody decides. Mail to one person is always resent.",
    )
    missed_after_hours: Count = Field(
        default=6,
        description="Hours after which a scheduled broadcast that could not start, because nothing was "
        "running, asks first instead of leaving late.",
    )
    inbox_max_messages: Count = Field(
        default=1000,
        description="Messages the test inbox keeps for each account, newest first; of one large broadcast "
        "the first half and the last.",
    )
    inbox_max_bytes: Bytes = Field(
        default=200_000_000, description="Bytes of messages the test inbox keeps for each account."
    )

    # Processes
    web_workers: Count = Field(default=1, description="Worker processes of the web server.")
    edge_workers: Count = Field(default=1, description="Worker processes of the edge server.")
    workers: Count = Field(default=1, description="Processes that run jobs and timers.")
    senders: Count = Field(default=1, description="Sender processes.")
    drain_timeout_s: Count = Field(
        default=30, description="Seconds a process may take to finish when stopping."
    )
    log_format: Literal["json", "console"] = Field(
        default="console", description="Form of the log: `json` for machines, `console` for people."
    )
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        default="info", description="The least important messages that are still logged."
    )

    # Limits
    limit_upload_bytes: Bytes = Field(default=20_000_000, description="Largest upload.")
    limit_image_pixels: Count = Field(default=40_000_000, description="Largest image, in pixels.")
    limit_form_posts_per_minute: Count = Field(
        default=30, description="Form posts per minute from one IP address (of IPv6: one /64)."
    )
    limit_confirmations_per_day: Count = Field(
        default=3, description="Confirmation mails per day to one mailbox, across all accounts."
    )
    limit_sign_in_per_minute: Count = Field(
        default=10,
        description="Wrong passwords per minute for one address; then each next try waits, up to a minute.",
    )
    limit_sign_in_per_hour: Count = Field(
        default=50,
        description="Wrong passwords per hour from one IP address (of IPv6: one /64); then each next try "
        "waits, up to a minute.",
    )
    limit_test_mails_per_hour: Count = Field(
        default=100, description="Test mails per hour from one account; 0 switches the limit off."
    )
    api_rate_limit: int = Field(
        default=120, ge=0, description="API requests per rolling 60 s and key; 0 switches the limit off."
    )

    allow_private_targets: bool = Field(
        default=False,
        description="Whether webhooks may call addresses inside private networks and on this machine.",
    )

    # Retention
    retention_fact_days: Days = Field(
        default=90, description="Days that facts (for webhooks and feeds) are kept; 0 keeps them for ever."
    )
    retention_hit_days: Days = Field(
        default=0,
        description="Days that single clicks and opens are kept; 0 keeps them for ever. Reports do not need "
        "them.",
    )
    retention_delivery_days: Days = Field(
        default=0,
        description="Days that ledger rows and servers' answers are kept; 0 keeps them for ever. Reports of "
        "older sends lose their numbers.",
    )
    retention_change_days: Days = Field(
        default=0, description="Days that changes of people are kept; 0 keeps them for ever."
    )
    retention_webhook_days: Days = Field(
        default=30,
        description="Days that deliveries to webhooks and their tries are kept; 0 keeps them for ever.",
    )
    retention_import_days: Days = Field(
        default=30,
        description="Days that uploaded import files and their refused lines are kept; 0 keeps for ever.",
    )

    _keys: tuple[bytes, ...] = PrivateAttr(default=())
    _bind_was_set: bool = PrivateAttr(default=True)

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Arguments (tests), then the environment, then the TOML file."""
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls, toml_file=config_file())

    @model_validator(mode="before")
    @classmethod
    def _drop_empty(cls, values: Any) -> Any:
        # `POSTROOM_SMTP_URL=` in an env file means "not set", as people expect of a commented line.
        return {k: v for k, v in values.items() if v != ""} if isinstance(values, dict) else values

    @model_validator(mode="after")
    def _derive(self) -> "Settings":
        fill = object.__setattr__  # frozen: the derived defaults are filled in once, here
        fill(self, "_bind_was_set", "bind" in self.model_fields_set)
        running = {} if self._bind_was_set else read_running(self.data)
        derived: dict[str, str] = {"bind": running.get("bind", self.bind)}
        host, port = parse.split_address(derived["bind"])
        derived["edge_bind"] = self.edge_bind or running.get("edge_bind") or f"{_bracket(host)}:{port + 1}"
        _, edge_port = parse.split_address(derived["edge_bind"])
        shown = "localhost" if host in ("0.0.0.0", "::", "127.0.0.1", "::1") else _bracket(host)  # noqa: S104
        public = derived["public_url"] = self.public_url or f"http://{shown}:{port}"
        direct = f"http://{_bracket(urlsplit(public).hostname or shown)}:{edge_port}"
        derived["edge_url"] = self.edge_url or (public if public.startswith("https://") else direct)
        derived["pages_url"] = self.pages_url or public
        self.__dict__.update(derived)
        return self

    @property
    def bind_is_default(self) -> bool:
        """True when nobody chose an address, so that a busy port may move on."""
        return not self._bind_was_set

    @property
    def is_local(self) -> bool:
        """True when the web process can be reached from this machine only."""
        return parse.is_loopback(parse.split_address(self.bind)[0])

    @property
    def is_public(self) -> bool:
        """True when others may reach the screens: at the bind address, or by a proxy at the public URL."""
        return not self.is_local or not parse.is_loopback(urlsplit(self.public_url).hostname or "")

    @property
    def media_dir(self) -> Path:
        """Where uploaded files lie, one folder per account."""
        return self.data / "media"

    @property
    def edge_spool_dir(self) -> Path:
        """Where the edge processes of this host leave their hits until a worker has stored them."""
        return self.data / "edge"

    def secret_keys(self) -> tuple[bytes, ...]:
        """Installation keys, newest first; the file is made on first use. Raises SettingsError."""
        if not self._keys:
            object.__setattr__(self, "_keys", secret.read_keys(self.data, self.secret_key))
        return self._keys

    def database_dsn(self) -> str:
        """The connection URL: `database_url`, else the embedded cluster's socket.

        Without `database_url` the cluster must have been started once; raises SettingsError if not."""
        return self.database_url or secret.read_cluster_dsn(self.data)

    def min_free_disk(self) -> int:
        """Bytes that must stay free on the data directory's disk."""
        if self.min_free_disk_bytes is not None:
            return self.min_free_disk_bytes
        probe = self.data
        while not probe.exists():
            probe = probe.parent
        return min(shutil.disk_usage(probe).total // 20, 2_000_000_000)


def config_file() -> Path:
    """`POSTROOM_CONFIG`, else `postroom.toml` in the data directory; it need not exist."""
    if named := os.environ.get("POSTROOM_CONFIG"):
        return Path(named).expanduser()
    data = os.environ.get("POSTROOM_DATA")
    return (Path(data).expanduser() if data else default_data()) / "postroom.toml"


def read_running(data: Path) -> dict[str, str]:
    """Addresses of the `serve` that runs in this data directory, {} when none does."""
    try:
        seen = json.loads((data / "serve.json").read_text())
        os.kill(int(seen["pid"]), 0)
    except PermissionError:
        pass  # the process lives but belongs to somebody else
    except (OSError, ValueError, KeyError, TypeError):
        return {}
    return {k: str(seen[k]) for k in ("bind", "edge_bind") if seen.get(k)}


def _bracket(host: str) -> str:
    return f"[{host}]" if ":" in host and not host.startswith("[") else host
