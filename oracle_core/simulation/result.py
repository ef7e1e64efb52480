"""What a run gives back: each step, the profit and loss by what made it, and what was assumed."""

from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from oracle_core.domain.canonical import content_hash
from oracle_core.simulation.bars import Floats, Times
from oracle_core.simulation.scenario import Scenario


class Step(NamedTuple):
    """The account after one check. Costs and funding are sums since the start; costs are amounts paid (> 0).

    equity = cash + option_value. `fill_price` is None where nothing was traded; deltas are in coins.
    """

    time_ms: int
    price: float
    option_value: float
    perpetual_contracts: float
    cash: float
    fees: float
    spread: float
    slippage: float
    funding: float
    delta_before: float
    delta_after: float
    traded: float
    fill_price: float | None
    equity: float


class Split(NamedTuple):
    """P&L in USD by what made it, + earned. The six parts sum to the total."""

    options: float
    perpetual: float
    fees: float
    spread: float
    slippage: float
    funding: float

    @property
    def total(self) -> float:
        return sum(self)

    @property
    def main_driver(self) -> str:
        """The part of the largest size."""
        return max(self._fields, key=lambda name: abs(getattr(self, name)))


class Attribution(NamedTuple):
    """The options' P&L explained step by step from the Greeks at the start of each step, in USD.

    delta: the part the hedge is there to offset.  gamma: half gamma times the squared move.  theta: time.  residual:
    what the second order leaves. Together they are the options' P&L.
    """

    delta: float
    gamma: float
    theta: float
    residual: float


class Day(NamedTuple):
    """P&L of one UTC day, in USD; the first and the last may be partial."""

    date: str
    pnl_usd: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Metrics:
    """What a run comes to, in USD unless the name says otherwise. None: too few days to say.

    skew belongs beside the deviation: many small gains and a rare large loss look steady without it. Of at least 20
    days also: daily_kurtosis (3 for a normal distribution), daily_var_95, daily_cvar_95 (losses, above 0: the best and
    the mean of the worst 5 %), and with them, never alone, sharpe (annualised on 365 days, at an interest rate of 0).
    variance_reduction: 1 - variance of hedged over unhedged daily P&L.  realised_vol: annualised on 365 days, from
    the prices at the checks.
    """

    total: float
    max_drawdown: float
    trades: int
    turnover: float
    worst_day: Day
    daily_std: float | None
    daily_skew: float | None
    daily_kurtosis: float | None
    daily_var_95: float | None
    daily_cvar_95: float | None
    sharpe: float | None
    hedged_daily_variance: float | None
    unhedged_daily_variance: float | None
    variance_reduction: float | None
    unhedged_total: float
    realised_vol: float
    implied_vol: float


class Assumption(NamedTuple):
    """What the run takes for granted, and whether it flatters the result."""

    text: str
    favours_strategy: bool


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Curve:
    """Every bar's close. Shape of each array: (n,). `unhedged` is the same straddle and no perpetual.

    start: equity before anything is bought, in USD.
    """

    start: float
    time_ms: Times
    price: Floats
    equity: Floats
    unhedged: Floats


@dataclass(frozen=True, kw_only=True, eq=False)
class Result:
    """A finished run. `bars_hash` names the candles, `expiries_ms` when a straddle was settled."""

    scenario: Scenario
    bars_hash: str
    steps: tuple[Step, ...]
    curve: Curve
    split: Split
    attribution: Attribution
    metrics: Metrics
    days: tuple[Day, ...]
    expiries_ms: tuple[int, ...]
    warnings: tuple[str, ...]
    assumptions: tuple[Assumption, ...]

    @cached_property
    def hash(self) -> str:
        """SHA-256 of the scenario, the candles and every step: the same inputs and decisions, the same hash."""
        return content_hash({"scenario": self.scenario, "bars": self.bars_hash, "steps": self.steps})
