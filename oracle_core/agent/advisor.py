"""Who chooses: the engine alone, a model behind an OpenAI-compatible server, or a stored reply."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from ipaddress import ip_address
from typing import ClassVar, Final, TypeAlias
from urllib.parse import urlsplit

from oracle_core.agent.breaker import BreakerRules
from oracle_core.agent.budget import FREE, Budget, Price
from oracle_core.domain.checks import positive, refuse
from oracle_core.errors import Fault, fault

DEFAULT_BASE_URL: Final = "https://api.openai.com/v1"


@dataclass(frozen=True, slots=True, kw_only=True)
class EngineAdvisor:
    """Asks nobody."""

    name: ClassVar[str] = "engine"


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenAIAdvisor:
    """Asks a model. An empty `base_url` is no address; without address and key nothing is asked."""

    name: ClassVar[str] = "openai"

    model: str
    base_url: str | None = None
    api_key: str | None = field(default=None, repr=False)
    deadline_seconds: float = 20.0
    max_attempts: int = 2
    budget: Budget = field(default_factory=Budget)
    price: Price | None = None
    """What the provider bills; a server on this machine bills nothing, and where nobody knows nothing is asked."""
    temperature: float | None = 0.0
    """None is not sent: some models refuse it."""
    samples: int = 1
    """How many answers are asked for at once; the choice that enough of them share stands."""
    agreement: float = 0.6
    """The share of all samples that must make the same choice."""
    breaker: BreakerRules = field(default_factory=BreakerRules)

    def __post_init__(self) -> None:
        refuse(
            positive("model", deadline_seconds=self.deadline_seconds, max_attempts=self.max_attempts),
            _sample_faults(self),
            _name_faults(self.model),
            _address_faults(self.base_url),
            _key_faults(self.api_key),
        )

    @property
    def url(self) -> str | None:
        """Where to ask; None when neither an address nor a key says that anything may be asked."""
        if self.base_url:
            return self.base_url
        return DEFAULT_BASE_URL if self.api_key else None

    @property
    def seconds(self) -> float:
        """All the time a decision may wait for its model."""
        return min(self.deadline_seconds, self.budget.seconds)

    @property
    def attempts(self) -> int:
        """How often may be asked, each time for all samples."""
        return min(self.max_attempts, self.budget.calls // self.samples)

    @property
    def known_price(self) -> Price | None:
        """What a call is billed at: as configured, nothing on this machine, else nobody knows."""
        if self.price is not None or self.url is None:
            return self.price
        return FREE if is_loopback(self.url) else None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplayAdvisor:
    """Takes the `reply` of a stored cycle for what the model sends, and stands under its name."""

    name: ClassVar[str] = OpenAIAdvisor.name

    reply: str


Advisor: TypeAlias = EngineAdvisor | OpenAIAdvisor | ReplayAdvisor


def openai_from_environment(
    environment: Mapping[str, str],
    *,
    model: str,
    deadline_seconds: float = 20.0,
    budget: Budget | None = None,
    price: Price | None = None,
    temperature: float | None = 0.0,
    samples: int = 1,
    agreement: float = 0.6,
    breaker: BreakerRules | None = None,
) -> OpenAIAdvisor:
    """The advisor that `OPENAI_BASE_URL` and `OPENAI_API_KEY` describe; an empty variable is an unset one.

    Raises: InputError: an address or key that cannot be one; the key is not shown.
    """
    return OpenAIAdvisor(
        model=model,
        base_url=environment.get("OPENAI_BASE_URL") or None,
        api_key=environment.get("OPENAI_API_KEY") or None,
        deadline_seconds=deadline_seconds,
        budget=budget or Budget(),
        price=price,
        temperature=temperature,
        samples=samples,
        agreement=agreement,
        breaker=breaker or BreakerRules(),
    )


def is_loopback(url: str) -> bool:
    """Whether an address is this machine, which no proxy stands before.

    >>> is_loopback("http://127.0.0.1:8080/v1"), is_loopback("https://api.openai.com/v1")
    (True, False)
    """
    host = urlsplit(url).hostname or ""
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def _sample_faults(advisor: OpenAIAdvisor) -> list[Fault]:
    found: list[Fault] = []
    if not 1 <= advisor.samples <= advisor.budget.calls:
        found.append(fault("model", "samples", advisor.samples, f"1 to the {advisor.budget.calls} calls of the budget"))
    if not 0.0 < advisor.agreement <= 1.0:
        found.append(fault("model", "agreement", advisor.agreement, "a share above 0, at most 1"))
    if advisor.temperature is not None and not 0.0 <= advisor.temperature <= 2.0:
        found.append(fault("model", "temperature", advisor.temperature, "0 to 2, or none"))
    if advisor.samples > 1 and advisor.temperature == 0.0:
        found.append(fault("model", "temperature", 0.0, "above 0, or none: samples at 0 agree without meaning it"))
    return found


def _name_faults(model: str) -> list[Fault]:
    sound = model.isascii() and model.isprintable() and 0 < len(model.strip()) <= 120
    return [] if sound else [fault("model", "name", model, "a model's name, such as `gpt-5-mini`")]


def _address_faults(address: str | None) -> list[Fault]:
    if not address:
        return []
    wanted = "an address such as `http://127.0.0.1:8080/v1`"
    try:
        parts = urlsplit(address)
        sound = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        sound = False
    printable = address.isascii() and address.isprintable() and " " not in address
    return [] if sound and printable else [fault("model", "OPENAI_BASE_URL", _without_password(address), wanted)]


def _without_password(address: str) -> str:
    return "(not shown: it holds a name or password)" if "@" in address else address


def _key_faults(key: str | None) -> list[Fault]:
    if key is None or (key.isascii() and key.isprintable() and " " not in key):
        return []
    return [fault("model", "OPENAI_API_KEY", "(not shown)", "printable ASCII without spaces")]
