"""The strategy's no-trade band around the target delta, in coins."""

from oracle_core.domain.hedge import Band
from oracle_core.hedging.situation import Situation
from oracle_core.maths.bands import whalley_wilmott, zakamouline
from oracle_core.playbook.strategy import BandKind, BandUnit


def target_delta(case: Situation, coin: str) -> float:
    """The delta the strategy wants in a coin, in coins; a strategy without a view wants none."""
    wanted = case.strategy.targets.net_delta_pct_equity or 0.0
    return wanted / 100.0 * case.equity_usd / case.view.index[coin]


def band(case: Situation, coin: str, cost_rate: float) -> Band:
    """The band of one coin when it is hedged at a one-way cost rate (a share of notional)."""
    rule = case.strategy.band
    if rule.kind is BandKind.FIXED:
        width = rule.scale * _coins_per_unit(case, coin, rule.unit)
    else:
        width = rule.scale * _formula(case, coin, max(cost_rate, 0.0), rule.kind)
    for bound, choose in ((rule.min, max), (rule.max, min)):
        if bound is not None:
            width = choose(width, bound * _coins_per_unit(case, coin, rule.unit))
    net = next(item.net_delta for item in case.hold.exposures if item.coin == coin)
    return Band(kind=rule.kind.value, net_delta=net, target=target_delta(case, coin), half_width=width)


def _formula(case: Situation, coin: str, cost: float, kind: BandKind) -> float:
    rows = case.view.rows[coin]
    spot, vol = case.view.index[coin], case.vols[coin].value
    gamma = float(case.view.effective[rows] @ case.view.table.gamma[rows])
    aversion = case.aversion_per_usd
    if kind is BandKind.WHALLEY_WILMOTT:
        return float(whalley_wilmott(spot, gamma, cost=cost, risk_aversion=aversion))
    return float(zakamouline(spot, gamma, case.years, vol, cost=cost, risk_aversion=aversion).half_width)


def _coins_per_unit(case: Situation, coin: str, unit: BandUnit) -> float:
    index = case.view.index[coin]
    match unit:
        case BandUnit.COIN:
            return 1.0
        case BandUnit.USD:
            return 1.0 / index
        case BandUnit.PCT_EQUITY:
            return case.equity_usd / 100.0 / index
        case BandUnit.PER_OPTION:
            return _options_held(case, coin)


def _options_held(case: Situation, coin: str) -> float:
    """Coins of options held, long or short: 20 options of one coin and a band of 0.05 make 1.0 coin."""
    listed = case.view.table.instruments
    return sum(
        abs(float(case.view.effective[row])) * listed[row].contract_size
        for row in case.view.rows[coin]
        if listed[row].is_option
    )
