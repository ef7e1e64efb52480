"""A circuit breaker: an endpoint that fails again and again is left alone for a while, and then tried with one call."""

from dataclasses import dataclass, replace
from typing import Final

from oracle_core.agent.ending import Ending
from oracle_core.domain.checks import positive, refuse

ENDPOINT_FAILED: Final = frozenset(
    {Ending.TIMEOUT, Ending.UNREACHABLE, Ending.HTTP_429, Ending.HTTP_4XX, Ending.HTTP_5XX}
)
"""The endings that say that the endpoint, not the model's answer, is at fault."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BreakerRules:
    """After so many failures in a row nobody asks for so long; each further failure doubles the pause."""

    failures: int = 3
    seconds: float = 60.0
    most_seconds: float = 900.0

    def __post_init__(self) -> None:
        given = {"failures": self.failures, "seconds": self.seconds, "most_seconds": self.most_seconds}
        refuse(positive("model breaker", **given))


@dataclass(frozen=True, slots=True, kw_only=True)
class Breaker:
    """What is known of one endpoint. Times are seconds since 1970 UTC; `until` is when it may be tried again."""

    failures: int = 0
    until: float = 0.0

    def admits(self, now: float, rules: BreakerRules) -> bool:
        """Whether a call may be made. A clock that was set back never shuts it for longer than the rules say.

        >>> open_circuit = Breaker(failures=3, until=160.0)
        >>> open_circuit.admits(150.0, BreakerRules()), open_circuit.admits(160.0, BreakerRules())
        (False, True)
        """
        return now >= self.until or self.until - now > rules.most_seconds

    def probing(self, now: float, rules: BreakerRules) -> "Breaker":
        """The breaker while its one trial call is under way: nobody else tries meanwhile."""
        return self if self.failures < rules.failures else replace(self, until=now + self._pause(rules))

    def after(self, ending: Ending, now: float, rules: BreakerRules) -> "Breaker":
        """The breaker once a call has ended.

        >>> Breaker(failures=2).after(Ending.TIMEOUT, 100.0, BreakerRules())
        Breaker(failures=3, until=160.0)
        >>> Breaker(failures=9, until=160.0).after(Ending.OK, 170.0, BreakerRules())
        Breaker(failures=0, until=0.0)
        """
        if ending not in ENDPOINT_FAILED:
            return Breaker()
        failed = replace(self, failures=self.failures + 1)
        if failed.failures < rules.failures:
            return failed
        return replace(failed, until=now + failed._pause(rules))

    def _pause(self, rules: BreakerRules) -> float:
        doublings = min(self.failures - rules.failures, 20)
        return min(rules.seconds * 2.0**doublings, rules.most_seconds)
