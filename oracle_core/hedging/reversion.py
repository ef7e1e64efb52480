"""What matched legs of two coins are expected to gain as the ratio of their prices comes back."""

import math
from collections.abc import Mapping

from oracle_core.domain.hedge import ActionKind
from oracle_core.domain.instrument import Kind
from oracle_core.hedging.situation import Situation
from oracle_core.playbook.blend import Blend
from oracle_core.playbook.params.pair import PairParams
from oracle_core.pricing.contracts import Floats
from oracle_core.reading.bars import Bars, coin_bars
from oracle_core.reading.ratio import RatioReading, ratio_reading
from oracle_core.risk.view import BookView

PAIR_KINDS = frozenset({ActionKind.PAIR_OPEN, ActionKind.PAIR_CLOSE})


def ratio_readings(view: BookView, strategy: Blend) -> dict[tuple[str, str], RatioReading]:
    """Every two coins (in order of name) whose ratio can be read; none under a strategy without pairs."""
    if PAIR_KINDS.isdisjoint(strategy.policies):
        return {}
    days = (strategy.params.pair or PairParams()).window_days
    given = {view.market.instruments[key].base for key in view.market.candles if key in view.market.instruments}
    bars = {
        coin: found for coin in view.coins if coin in given and isinstance(found := coin_bars(view.market, coin), Bars)
    }
    names = sorted(bars)
    return {
        (one, other): found
        for place, one in enumerate(names)
        for other in names[place + 1 :]
        if isinstance(
            found := ratio_reading(bars[one], bars[other], math.log(view.index[one] / view.index[other]), days),
            RatioReading,
        )
    }


def reversion(case: Situation, contracts: Floats) -> float | None:
    """USD that pairs of perpetuals are expected to gain over the horizon, where a ratio has been seen to come back.

    Only what both legs match in dollars counts: a gain by the strategy's trust, a loss in full.
    Returns: None where the strategy trades no pairs.
    """
    if PAIR_KINDS.isdisjoint(case.strategy.policies):
        return None
    trust = (case.strategy.params.pair or PairParams()).trust
    dollars = perpetual_usd(case, contracts)
    total = 0.0
    for (one, other), reading in case.ratios.items():
        first, second = dollars.get(one, 0.0), dollars.get(other, 0.0)
        if first * second >= 0.0:
            continue
        matched = min(abs(first), abs(second)) * (1.0 if first > 0.0 else -1.0)
        gain = matched * reading.expected_change(case.hours)
        total += gain * (trust if gain > 0.0 else 1.0)
    return total


def perpetual_usd(case: Situation, contracts: Floats) -> Mapping[str, float]:
    """USD of delta in perpetuals per coin."""
    table = case.view.table
    return {
        coin: float(contracts[rows] @ (table.delta[rows] * table.kinds[Kind.PERPETUAL][rows])) * case.view.index[coin]
        for coin, rows in case.view.rows.items()
    }
