"""What could still go wrong once a recommendation is carried out: each risk with the engine's number."""

from dataclasses import dataclass
from enum import StrEnum

from oracle_core.domain.checks import finite, refuse


class RiskKind(StrEnum):
    """What a residual risk is about. The comment of each says what its `value` is."""

    WORST_STRESS = "worst_stress"  # P&L of the lowest cell of the stress grid, USD
    FALL = "fall"  # P&L of all coins at -10 %, volatility unchanged, USD
    RISE = "rise"  # P&L of all coins at +10 %, volatility unchanged, USD
    SHORT_GAMMA = "short_gamma"  # gamma of a coin per 1 %, USD, below 0
    LONG_GAMMA = "long_gamma"  # gamma of a coin per 1 %, USD, above 0
    SAME_GAMMA = "same_gamma"  # gamma that the hedge leaves as it was, summed over coins per 1 %, USD
    UNKNOWN = "unknown"  # nothing: a measure is not known, and `why` says which
    WAITING = "waiting"  # P&L of the lowest cell if nothing is done instead, USD


@dataclass(frozen=True, slots=True, kw_only=True)
class ResidualRisk:
    """One thing that could go wrong. USD, as a desk reads P&L: a loss is below 0. None is unknown."""

    kind: RiskKind
    value: float | None
    coin: str | None = None
    spot_pct: float | None = None
    vol_factor: float | None = None
    equity_pct: float | None = None
    """The value as per cent of equity; None where there is no equity left."""
    theta_usd_per_day: float | None = None
    why: str = ""

    def __post_init__(self) -> None:
        refuse(finite(f"residual risk {self.kind.value}", value=self.value, equity_pct=self.equity_pct))
