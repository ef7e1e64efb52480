"""The option leg of a run: which straddle is held at each bar, what it is worth, and the cash it moves."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from oracle_core.maths.black import BlackCore, black_core, intrinsic
from oracle_core.pricing.inputs import SECONDS_A_YEAR
from oracle_core.simulation.bars import Bars, Floats
from oracle_core.simulation.scenario import Scenario

_DAY_MS = 86_400_000


class Straddle(NamedTuple):
    """A call and a put of one strike, held from the close of bar `first` until that of bar `last`."""

    first: int
    last: int
    strike: float
    expiry_ms: int
    settles: bool


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class OptionLeg:
    """The held straddle at each bar's close, after what settles and opens there. Shape of every array: (n,).

    value: USD.  delta: coins.  gamma: coins per USD.  theta: USD per year.  flow: cash received at marks (a premium
    paid is negative, a settlement received positive).
    """

    straddles: tuple[Straddle, ...]
    value: Floats
    delta: Floats
    gamma: Floats
    theta: Floats
    flow: Floats

    @property
    def pnl(self) -> Floats:
        """P&L at marks up to each bar, in USD: what is held, and all the cash that it moved."""
        return self.value + np.cumsum(self.flow)

    def straddle_at(self, bar: int) -> Straddle | None:
        """What is held after the close of a bar."""
        return next((item for item in self.straddles if item.first <= bar and not _over(item, bar)), None)


def option_leg(scenario: Scenario, bars: Bars) -> OptionLeg:
    """Open at the first close, settle at the first close at or after expiry, open again there, but not at the end."""
    straddles = _schedule(scenario, bars)
    held = scenario.options_held
    value, delta, gamma, theta, flow = (np.zeros(len(bars)) for _ in range(5))
    for item in straddles:
        rows = slice(item.first, item.last if item.settles else item.last + 1)
        call, put = (_greeks(scenario, bars, item, rows, sign) for sign in (1, -1))
        for target, name in ((value, "price"), (delta, "delta"), (gamma, "gamma"), (theta, "theta")):
            target[rows] = held * (getattr(call, name) + getattr(put, name))
        flow[item.first] -= value[item.first]
        if item.settles:
            final = bars.close[item.last]
            flow[item.last] += held * sum(float(intrinsic(final, item.strike, sign=sign)) for sign in (1, -1))
    return OptionLeg(straddles=straddles, value=value, delta=delta, gamma=gamma, theta=theta, flow=flow)


def years_left(straddle: Straddle, close_ms: int) -> float:
    """Time to expiry at a moment, in years of 365 days."""
    return max(straddle.expiry_ms - close_ms, 0) / 1_000.0 / SECONDS_A_YEAR


def _schedule(scenario: Scenario, bars: Bars) -> tuple[Straddle, ...]:
    closes, end = bars.close_ms, len(bars) - 1
    found: list[Straddle] = []
    first = 0
    while first < end:
        expiry = int(closes[first]) + round(scenario.days_to_expiry * _DAY_MS)
        last = int(np.searchsorted(closes, expiry))
        strike = _at_the_money(float(bars.close[first]), scenario.strike_grid)
        found.append(Straddle(first, min(last, end), strike, expiry, last <= end))
        first = last
    return tuple(found)


def _at_the_money(price: float, grid: float) -> float:
    return max(round(price / grid), 1) * grid


def _greeks(scenario: Scenario, bars: Bars, item: Straddle, rows: slice, sign: int) -> BlackCore:
    years = np.maximum(item.expiry_ms - bars.close_ms[rows], 0) / 1_000.0 / SECONDS_A_YEAR
    return black_core(bars.close[rows], item.strike, years, scenario.implied_vol, sign=sign)


def _over(item: Straddle, bar: int) -> bool:
    return bar >= item.last if item.settles else bar > item.last
