"""The strategy's no-trade band around the target delta, in coins."""

import numpy as np

from oracle_core.domain.hedge import Band
from oracle_core.domain.instrument import Kind
from oracle_core.errors import InputError, fault
from oracle_core.hedging.situation import Situation
from oracle_core.maths.bands import whalley_wilmott, zakamouline
from oracle_core.playbook.band import BandKind


def target_delta(case: Situation, coin: str) -> float:
    """The delta the strategy wants in a coin, in coins; a strategy without a view wants none."""
    wanted = case.strategy.targets.net_delta_pct_equity or 0.0
    return wanted / 100.0 * case.equity_usd / case.view.index[coin]


def band(case: Situation, coin: str, cost_rate: float) -> Band:
    """The band of one coin when it is hedged at a one-way cost rate (a share of notional).

    Raises: InputError: the strategy's kind of band is not built, or there is no equity to measure it by.
    """
    rule = case.strategy.band
    width = rule.half_width(
        _model_width(case, coin, max(cost_rate, 0.0), rule.kind),
        price=case.view.index[coin], equity=case.equity_usd, options=_options_held(case, coin),
    )  # fmt: skip
    net = next(item.effective_delta for item in case.hold.exposures if item.coin == coin)
    return Band(kind=rule.kind.value, net_delta=net, target=target_delta(case, coin), half_width=width)


def _model_width(case: Situation, coin: str, cost: float, kind: BandKind) -> float:
    """Half-width in coins that the band's formula gives; both formulas are centred on the plain delta."""
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
            wanted = "`fixed`, `zakamouline` or `whalley_wilmott`: a Leland band is not built yet"
            raise InputError([fault(f"strategy {case.strategy.name}", "band.kind", kind.value, wanted)])


def _options_held(case: Situation, coin: str) -> float:
    """Coins of options held, long or short: 20 options of one coin and a band of 0.05 make 1.0 coin."""
    table, rows = case.view.table, case.view.rows[coin]
    options = table.kinds[Kind.OPTION][rows]
    return float(np.abs(case.view.effective[rows][options]) @ table.size[rows][options])
