"""What a long and a short of one coin on two venues gain as their prices meet, less what leaving them costs."""

from collections.abc import Iterable

import numpy as np

from oracle_core.domain.hedge import ActionKind
from oracle_core.domain.instrument import Instrument, Kind
from oracle_core.domain.market import VenueStatus
from oracle_core.hedging.situation import Situation, VenueGroup
from oracle_core.playbook.blend import Blend
from oracle_core.playbook.params.venue_spread import VenueSpreadParams
from oracle_core.pricing.contracts import Floats
from oracle_core.pricing.costs import one_way_cost_rate
from oracle_core.risk.view import BookView

KINDS = (Kind.PERPETUAL, Kind.SPOT)
"""Kinds whose prices on several venues are prices of the same thing."""


def convergence(case: Situation, contracts: Floats) -> float | None:
    """USD that matched longs and shorts on different venues are expected to gain over the horizon.

    Every venue's middle moves toward the mean of all: by 1 - 2^(-h / half-life). A gain counts by the strategy's
    trust, a loss in full, and leaving both legs is charged once. Legs that nothing matches gain nothing: that would
    be a view.
    Returns: None where the strategy does not trade such gaps.
    """
    if ActionKind.VENUE_SPREAD not in case.strategy.policies:
        return None
    return sum(_group(case, group, contracts) for group in case.venue_groups) + 0.0


def venue_groups(view: BookView, strategy: Blend) -> tuple[VenueGroup, ...]:
    """The rows of one coin and kind that are quoted on both sides at open venues, where there are at least two.

    None under a strategy that does not trade such gaps.
    """
    if ActionKind.VENUE_SPREAD not in strategy.policies:
        return ()
    groups = (
        tuple((row, listed) for row, listed in view.listed(coin) if listed.kind is kind and _quoted(view, listed))
        for coin in view.coins
        for kind in KINDS
    )
    return tuple(group for group in groups if len({listed.venue for _, listed in group}) > 1)


def middle(view: BookView, listed: Instrument) -> float:
    found = view.market.quotes[listed.id].mid
    return 0.0 if found is None else found


def exit_rate(case: Situation, listed: Instrument, contracts: float) -> float:
    """Share of notional that it costs to trade out of signed contracts."""
    quote = case.view.market.quotes[listed.id]
    return one_way_cost_rate(listed, quote, -contracts, case.view.index[listed.base]) or 0.0


def _quoted(view: BookView, listed: Instrument) -> bool:
    return view.market.status(listed.venue) is VenueStatus.OK and middle(view, listed) > 0.0


def _group(case: Situation, group: VenueGroup, contracts: Floats) -> float:
    fair = float(np.mean([middle(case.view, listed) for _, listed in group]))
    held = [
        (contracts[row] * case.view.table.delta[row] * case.view.index[listed.base], row, listed)
        for row, listed in group
    ]
    sides = [[(float(usd), row, listed) for usd, row, listed in held if side * usd > 0.0] for side in (1.0, -1.0)]
    long, short = (sum(abs(usd) for usd, _, _ in side) for side in sides)
    matched = min(long, short)
    if matched == 0.0:
        return 0.0
    parts = [_gain_and_exit(case, side, fair, contracts) for side in sides]
    gain = matched * (parts[0][0] / long + parts[1][0] / short)
    leaving = matched * (parts[0][1] / long + parts[1][1] / short)
    params = case.strategy.params.venue_spread or VenueSpreadParams()
    reached = 1.0 - 2.0 ** (-case.hours / params.half_life_hours)
    return reached * gain * (params.trust if gain > 0.0 else 1.0) - leaving


def _gain_and_exit(
    case: Situation, side: Iterable[tuple[float, int, Instrument]], fair: float, contracts: Floats
) -> tuple[float, float]:
    """USD of a side until its venues stand at the mean, and USD to leave it."""
    gain = leaving = 0.0
    for usd, row, listed in side:
        gain += usd * (fair / middle(case.view, listed) - 1.0)
        leaving += abs(usd) * exit_rate(case, listed, float(contracts[row]))
    return gain, leaving
