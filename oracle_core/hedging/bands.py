"""The strategy's no-trade band around the target delta, in coins."""

import math

import numpy as np

from oracle_core.domain.hedge import Band
from oracle_core.domain.instrument import Kind
from oracle_core.errors import PricingError
from oracle_core.hedging.evaluate import UntradableError
from oracle_core.hedging.situation import Situation
from oracle_core.maths.bands import leland_number, leland_volatility, whalley_wilmott, zakamouline
from oracle_core.playbook.band import BandKind

MINUTES_A_YEAR = 525_600.0


def target_delta(case: Situation, coin: str) -> float:
    """The plain delta the strategy wants in a coin, in coins; a strategy without a view wants none.

    Where its hedge ratio counts options with another delta, that shifts the target by what the book's options add.
    """
    wanted = case.strategy.targets.net_delta_pct_equity or 0.0
    shift = case.smile.held(case.view, coin, case.view.effective)
    return wanted / 100.0 * case.equity_usd / case.view.index[coin] - shift


def beyond(away: float, half_width: float) -> bool:
    """Whether a delta that far from its target is outside its band: at the edge itself nothing is traded.

    >>> beyond(0.049, 0.05), beyond(0.05, 0.05), beyond(0.051, 0.05)
    (False, False, True)
    """
    return abs(away) > half_width * (1.0 + 1e-12)


def band(case: Situation, coin: str, cost_rate: float) -> Band:
    """The band of one coin when it is hedged at a one-way cost rate (a share of notional).

    Raises: InputError: there is no equity to measure it by. UntradableError: hedging at Leland's interval costs
        more than the options can pay for.
    """
    rule = case.strategy.band
    width = rule.half_width(
        _model_width(case, coin, max(cost_rate, 0.0), rule.kind),
        price=case.view.index[coin], equity=case.equity_usd, options=_options_held(case, coin),
    )  # fmt: skip
    net = next(item.effective_delta for item in case.hold.exposures if item.coin == coin)
    return Band(kind=rule.kind.value, net_delta=net, target=target_delta(case, coin), half_width=width)


def _model_width(case: Situation, coin: str, cost: float, kind: BandKind) -> float:
    """Half-width in coins that the band's formula gives; every formula is centred on the plain delta."""
    rows = case.view.rows[coin]
    spot, vol = case.view.index[coin], case.vols[coin].value
    gamma = float(case.view.effective[rows] @ case.view.table.gamma[rows])
    aversion = case.aversion_per_usd
    match kind:
        case BandKind.FIXED:
            return 0.0
        case BandKind.ZAKAMOULINE:
            return float(zakamouline(spot, gamma, case.years, vol, cost=cost, risk_aversion=aversion).half_width)
        case BandKind.WHALLEY_WILMOTT:
            return float(whalley_wilmott(spot, gamma, cost=cost, risk_aversion=aversion))
        case BandKind.LELAND:
            return _leland_width(case, coin, gamma, cost)


def _leland_width(case: Situation, coin: str, gamma: float, cost: float) -> float:
    """The standard move of delta in one of the strategy's intervals, at Leland's volatility.

    A delta without drift leaves a band of that half-width after one interval on average.
    """
    spot, vol, minutes = case.view.index[coin], case.vols[coin].value, case.strategy.triggers.interval_minutes or 60
    if gamma == 0.0:
        return 0.0
    years, side = minutes / MINUTES_A_YEAR, 1.0 if gamma > 0.0 else -1.0
    try:
        adjusted = float(leland_volatility(vol, years, round_trip_cost=2.0 * cost, position=side))
    except PricingError as error:
        number = float(leland_number(vol, years, round_trip_cost=2.0 * cost))
        why = f"hedging {coin} every {minutes} minutes costs more than its gamma earns: Leland number {number:.3g}"
        raise UntradableError(why) from error
    return abs(gamma) * spot * adjusted * math.sqrt(years)


def _options_held(case: Situation, coin: str) -> float:
    """Coins of options held, long or short: 20 options of one coin and a band of 0.05 make 1.0 coin."""
    table, rows = case.view.table, case.view.rows[coin]
    options = table.kinds[Kind.OPTION][rows]
    return float(np.abs(case.view.effective[rows][options]) @ table.size[rows][options])
