"""Settings: `oracle.toml` (project over user), then `ORACLE_*`, then options. An unknown key anywhere is an error."""

import os
import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Literal, NamedTuple

from pydantic import Field, SecretStr, ValidationError

from oracle_core.domain.limits import FLOW_LIMITS, STATE_LIMITS
from oracle_core.errors import Fault, InputError, fault
from oracle_core.strict_json import StrictModel, is_object, nearest, path_text

PREFIX = "ORACLE_"
NOT_SETTINGS = frozenset({"ORACLE_REFERENCE_DIR"})
"""Variables of the same prefix that are read elsewhere: where the tests find reference data."""


class ModelSettings(StrictModel):
    """The language model behind `--advisor openai`, and what it may cost: a decision, and a day (UTC).

    Elsewhere than on this machine a model is asked only once its price is set; 0 says that it is free. Models that
    refuse a temperature want `send_temperature = false`. Several `samples` must agree in the share `agreement`, or
    the engine decides. After `breaker_failures` in a row nobody asks for `breaker_seconds`, and longer each time.
    """

    name: str = "gpt-4o-mini"
    base_url: str | None = None
    max_calls: int = Field(default=2, ge=1, le=10)
    max_prompt_tokens: int = Field(default=8_000, ge=500, le=200_000)
    max_reply_tokens: int = Field(default=1_200, ge=100, le=100_000)
    max_seconds: float = Field(default=60.0, gt=0.0, le=3_600.0)
    max_usd: float = Field(default=0.25, ge=0.0, le=1_000.0)
    max_calls_day: int = Field(default=1_000, ge=0, le=1_000_000)
    max_tokens_day: int = Field(default=5_000_000, ge=0, le=10**10)
    max_seconds_day: float = Field(default=14_400.0, ge=0.0, le=10**7)
    max_usd_day: float = Field(default=5.0, ge=0.0, le=100_000.0)
    usd_per_million_prompt_tokens: float | None = Field(default=None, ge=0.0, le=10_000.0)
    usd_per_million_reply_tokens: float | None = Field(default=None, ge=0.0, le=10_000.0)
    temperature: float = Field(default=0.0, ge=0.0, le=2.0)
    send_temperature: bool = True
    samples: int = Field(default=1, ge=1, le=10)
    agreement: float = Field(default=0.6, gt=0.0, le=1.0)
    breaker_failures: int = Field(default=3, ge=1, le=1_000)
    breaker_seconds: float = Field(default=60.0, gt=0.0, le=900.0)


class Settings(StrictModel):
    """What a desk may set, with the defaults that need nothing. Caps not named keep the loosest persona's value."""

    mode: Literal["paper"] = "paper"
    state: Path = Path(".oracle")
    strategies: Path | None = None
    personas: Path | None = None
    caps: dict[str, float] = Field(default_factory=dict[str, float])
    quote_max_age_seconds: float = Field(default=120.0, gt=0.0, le=86_400.0)
    collar_bps: float = Field(default=100.0, gt=0.0, le=2_000.0)
    option_collar_bps: float = Field(default=1_000.0, gt=0.0, le=10_000.0)
    deadline_seconds: float = Field(default=20.0, gt=0.0, le=600.0)
    approval_ttl_seconds: float = Field(default=900.0, gt=0.0, le=86_400.0)
    time_zone: str = "UTC"
    checkpoints: SecretStr | None = None
    """A PostgreSQL URL for the checkpoints of decisions under way; a file of the state folder unless given."""
    model: ModelSettings = Field(default_factory=ModelSettings)


class _Setting(NamedTuple):
    """A value and the file, variable or option it stands in."""

    value: object
    source: str


_Flat = dict[str, _Setting]
"""Settings by dotted key, as `caps.gross_leverage`."""


def load_settings(
    environment: Mapping[str, str] | None = None,
    *,
    files: tuple[Path, ...] | None = None,
    options: Mapping[str, object] | None = None,
) -> Settings:
    """Lay the sources over each other and read them strictly.

    Args:
        environment: variables, those of this process unless given.
        files: TOML files, weakest first; the user's and the project's unless given.
        options: values from the command line by dotted key, strongest; None is not given.
    Raises: InputError: every unknown key and wrong value, each with the file or variable it stands in.

    >>> load_settings({"ORACLE_COLLAR_BPS": "50"}, files=()).collar_bps
    50.0
    >>> load_settings({"ORACLE_MOOD": ""}, files=()).mode
    'paper'
    """
    variables = os.environ if environment is None else environment
    laid: _Flat = {}
    faults: list[Fault] = []
    for path in _files(variables) if files is None else files:
        if path.is_file():
            found, wrong = _toml(path)
            laid |= found
            faults += wrong
    laid |= _from_environment(variables)
    laid |= {key: _Setting(value, f"option --{key}") for key, value in (options or {}).items() if value is not None}
    known = set(known_settings())
    unknown = [_unknown(key, found, known) for key, found in laid.items() if key not in known]
    return _validated({key: found for key, found in laid.items() if key in known}, [*faults, *unknown])


def known_settings() -> Iterable[str]:
    """Every setting by its dotted key."""
    nested = {"caps": (*STATE_LIMITS, *FLOW_LIMITS), "model": tuple(ModelSettings.model_fields)}
    for name in Settings.model_fields:
        yield from (f"{name}.{inner}" for inner in nested[name]) if name in nested else (name,)


def _validated(laid: _Flat, faults: list[Fault]) -> Settings:
    tree: dict[str, object] = {key: found.value for key, found in laid.items() if "." not in key}
    for group in ("caps", "model"):
        inner = {key.partition(".")[2]: found.value for key, found in laid.items() if key.startswith(f"{group}.")}
        tree |= {group: inner} if inner else {}
    try:
        settings = Settings.model_validate(tree, strict=False)
    except ValidationError as error:
        settings = Settings()
        for item in error.errors():
            key = path_text(item["loc"])
            source = laid[key].source if key in laid else "settings"
            faults.append(fault(source, key, str(item["input"]), item["msg"][:1].lower() + item["msg"][1:]))
    if faults:
        raise InputError(faults)
    return settings


def _files(environment: Mapping[str, str]) -> tuple[Path, ...]:
    home = Path(environment.get("XDG_CONFIG_HOME") or Path(environment.get("HOME") or ".") / ".config")
    return home / "oracle" / "oracle.toml", Path("oracle.toml")


def _toml(path: Path) -> tuple[_Flat, list[Fault]]:
    try:
        tree: Mapping[str, object] = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        return {}, [fault(str(path), "", str(error), "a readable TOML file")]
    return {key: _Setting(value, str(path)) for key, value in _flatten(tree).items()}, []


def _flatten(tree: Mapping[str, object]) -> dict[str, object]:
    flat: dict[str, object] = {}
    for key, value in tree.items():
        flat |= {f"{key}.{inner}": item for inner, item in value.items()} if is_object(value) else {key: value}
    return flat


def _from_environment(environment: Mapping[str, str]) -> _Flat:
    """`ORACLE_CAPS__GROSS_LEVERAGE=5` is `caps.gross_leverage`; an empty variable is not set."""
    return {
        name.removeprefix(PREFIX).lower().replace("__", "."): _Setting(text, f"environment: {name}")
        for name, text in sorted(environment.items())
        if name.startswith(PREFIX) and name not in NOT_SETTINGS and text
    }


def _unknown(key: str, found: _Setting, known: set[str]) -> Fault:
    if found.source.startswith("environment"):
        name = found.source.removeprefix("environment: ")
        variables = [PREFIX + key.upper().replace(".", "__") for key in known]
        return fault("environment", name, str(found.value), f"a known variable, {nearest(name, variables)}")
    return fault(found.source, key, str(found.value), f"a known setting, {nearest(key, known)}")
