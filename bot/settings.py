"""Settings: environment variables ``JIESU_*`` or a ``.env`` file, read once at the start.

A wrong one stops the start with one line that names it (`SettingsError`). `docs/settings.md` lists them all.
"""

from pathlib import Path
from secrets import token_urlsafe
from typing import Literal

from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from cases.rules.city import SAMPLE
from dialogs.phrasebook import LANGUAGES
from storage.keys import BadKeys, KeySource, create_once
from storage.sealing import Sealer

KEY_FILE = "sealing.keys"
SHORTEST_KEY = 16


class SettingsError(ValueError):
    """A setting is wrong; the message names it and says what it needs."""


class Settings(BaseSettings):
    """Everything that an office may set; the defaults serve on this machine alone, with SQLite under ``var``."""

    model_config = SettingsConfigDict(env_prefix="JIESU_", env_file=".env", extra="ignore", frozen=True)

    database_url: str = Field("sqlite:///var/jiesu.db", description="SQLite file or PostgreSQL")
    folder: Path = Field(Path("var"), description="where attachments, the secret key and exports are kept")
    host: str = Field("127.0.0.1", description="address to listen on")
    port: int = Field(8080, ge=0, le=65535, description="port to listen on")
    public_url: str = Field("", description="how the outside reaches us, for links and the webhook")
    proxies: int = Field(0, ge=0, le=9, description="proxies of our own before us, whose X-Forwarded-For is believed")
    secret_key: SecretStr = Field(SecretStr(""), description="signs tokens; made and kept in the folder when empty")
    keys: SecretStr = Field(
        SecretStr(""), description="keys that seal personal data; made and kept in a file when empty"
    )
    api_key: SecretStr = Field(SecretStr(""), description="lets other programs speak for senders; off when empty")
    telegram_token: SecretStr = Field(SecretStr(""), description="the bot's token; Telegram is off when empty")
    telegram_api_url: str = Field("", description="another Bot API server")
    telegram_mode: Literal["polling", "webhook"] = Field("polling", description="how updates reach us")
    telegram_per_second: float = Field(30.0, ge=0, description="messages a second that Telegram takes; 0: no limits")
    city: Path = Field(SAMPLE, description="folder with the city's data")
    language: str = Field("zh", description="language of pages and staff when nothing else says")
    clamav: str = Field("", description="ClamAV's socket, a path or host:port; files are not scanned when empty")
    llm_url: str = Field("", description="an OpenAI-compatible endpoint to ask about unsure messages; off when empty")
    llm_key: SecretStr = Field(SecretStr(""), description="its key, sent as a bearer token")
    llm_model: str = Field("default", min_length=1, description="the model's name there")
    llm_timeout: float = Field(5.0, gt=0, le=60, description="seconds after which its answer is not waited for")
    log_level: Literal["debug", "info", "warning", "error"] = Field("info", description="how much is logged")
    log_format: Literal["text", "json"] = Field("text", description="a log line as key=value or as JSON")

    @field_validator("database_url")
    @classmethod
    def _known_database(cls, value: str) -> str:
        if not value.startswith(("sqlite", "postgres")):
            raise ValueError("must begin with sqlite:/// or postgresql://")
        return value

    @field_validator("public_url", "telegram_api_url", "llm_url")
    @classmethod
    def _is_url(cls, value: str) -> str:
        if value and not value.startswith(("http://", "https://")):
            raise ValueError("must begin with http:// or https://")
        return value.rstrip("/")

    @field_validator("api_key")
    @classmethod
    def _fits_a_header(cls, value: SecretStr) -> SecretStr:
        key = value.get_secret_value()
        if key and not (key.isascii() and key.isprintable() and len(key) >= SHORTEST_KEY):
            raise ValueError(f"must have at least {SHORTEST_KEY} letters, digits and signs of ASCII")
        return value

    @field_validator("city")
    @classmethod
    def _is_folder(cls, value: Path) -> Path:
        if not (value / "city.yml").is_file():
            raise ValueError(f"there is no city.yml in {value}")
        return value

    @field_validator("language")
    @classmethod
    def _is_spoken(cls, value: str) -> str:
        if value not in LANGUAGES:
            raise ValueError(f"must be one of {', '.join(LANGUAGES)}")
        return value

    @model_validator(mode="after")
    def _webhook_has_address(self) -> "Settings":
        if self.telegram_mode == "webhook" and self.telegram_token.get_secret_value() and not self.public_url:
            raise ValueError("public_url: is needed for the webhook mode of Telegram")
        return self

    @property
    def base_url(self) -> str:
        """The address that people use."""
        return self.public_url or f"http://{self.host}:{self.port}"


def read_settings(**overrides: object) -> Settings:
    """The settings of this process; raise `SettingsError` with one line for the first wrong one."""
    try:
        return Settings(**overrides)  # type: ignore[arg-type]
    except ValidationError as error:
        first = error.errors()[0]
        name = "_".join(str(part) for part in first["loc"]).upper()
        words = first["msg"].removeprefix("Value error, ")
        raise SettingsError(f"JIESU_{name}: {words}" if name else f"JIESU_{words}") from None


def sealer(settings: Settings) -> Sealer:
    """What seals and opens personal data: with the keys that are set, else with those of the file in the folder."""
    try:
        return Sealer(KeySource(settings.keys.get_secret_value(), settings.folder / KEY_FILE))
    except (BadKeys, UnicodeDecodeError) as error:
        raise SettingsError(f"JIESU_KEYS: {error}") from None


def secret_key(settings: Settings) -> str:
    """The key that signs tokens: the one that is set, else one that is made once and kept in the folder."""
    given = settings.secret_key.get_secret_value()
    if given:
        return given
    file = settings.folder / "secret.key"
    settings.folder.mkdir(parents=True, exist_ok=True)
    if not file.exists():
        create_once(file, token_urlsafe(32))
    return file.read_text(encoding="ascii")
