"""Carry trades: long and short of one coin that cancel in delta and are paid for being held; closed when that turns."""

from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from typing import NamedTuple

from oracle_core.domain.hedge import ActionKind, CandidateAction, Detail
from oracle_core.domain.instrument import Instrument, InstrumentId, Kind
from oracle_core.hedging.carry import break_even_hours, legs_kept
from oracle_core.hedging.evaluate import UntradableError, cost_rate, evaluate
from oracle_core.hedging.families.family import Family, Found
from oracle_core.hedging.figures import income, linear_details, rate_a_year
from oracle_core.hedging.situation import Situation
from oracle_core.hedging.two_legs import Room, Trades, coins_within, is_open, largest_allowed, offsetting, room
from oracle_core.playbook.params.carry import CarryParams
from oracle_core.playbook.persona import Objective

PAIRS_OF_A_COIN = 4
MOST = 40
RISKS = "paid for risk, not free of it: venue, basis, liquidation of one leg, and a rate that turns"


class _Pair(NamedTuple):
    """A short and a long leg of one coin. net: USD per coin over the horizon, after what both legs cost."""

    net: float
    sold: Instrument
    bought: Instrument


def carry_trades(case: Situation) -> Found:
    """Pairs worth opening that the strategy asks for, and pairs that are held whose carry has turned."""
    asked = {policy.value for policy in case.strategy.policies}
    made: list[CandidateAction] = []
    left_out: dict[str, str] = {}
    for coin in case.view.coins:
        if not case.may_open(coin):
            continue
        if ActionKind.CARRY_CLOSE.value in asked:
            made += _closings(case, coin, left_out)
        if ActionKind.CARRY_OPEN.value in asked:
            made += _openings(case, coin, left_out)
    return Found(candidates=tuple(made[:MOST]), left_out=left_out)


def _openings(case: Situation, coin: str, left_out: dict[str, str]) -> Iterator[CandidateAction]:
    allowed = room(case, ActionKind.CARRY_OPEN)
    pairs = _pairs(case, coin)
    if not pairs:
        left_out[f"carry of {coin}"] = "no pair of open venues with quoted rates pays for being held"
    for pair in pairs[:PAIRS_OF_A_COIN]:
        coins = coins_within(case, allowed, pair.sold, pair.bought)
        try:
            found = largest_allowed(case, coins, partial(_open, case, coin, pair, allowed))
        except UntradableError as reason:
            left_out[f"carry {pair.sold.id} / {pair.bought.id}"] = str(reason)
            continue
        if found is None:
            left_out[f"carry {pair.sold.id} / {pair.bought.id}"] = f"{allowed.cap} leaves less than the grids allow"
        else:
            yield found


def _pairs(case: Situation, coin: str) -> list[_Pair]:
    """Every short and long leg whose rates together pay, the best after cost first."""
    legs = [(row, listed) for row, listed in case.hedges(coin) if is_open(case, listed)]
    found: list[_Pair] = []
    for short, sold in legs:
        for long, bought in legs:
            if short == long:
                continue
            units = case.view.table.delta
            one_coin = {short: -1.0 / float(units[short]), long: 1.0 / float(units[long])}
            earned = legs_kept(case, one_coin, case.hours)
            rates = cost_rate(case, sold.id, -1.0), cost_rate(case, bought.id, 1.0)
            if earned is None or earned <= 0.0 or rates[0] is None or rates[1] is None:
                continue
            found.append(_Pair(earned - (rates[0] + rates[1]) * case.view.index[coin], sold, bought))
    return sorted(found, key=lambda pair: (-pair.net, pair.sold.id, pair.bought.id))


def _open(case: Situation, coin: str, pair: _Pair, allowed: Room, coins: float) -> CandidateAction | None:
    trades = offsetting(case, pair.sold, pair.bought, coins)
    if trades is None:
        return None
    made = _weighed(case, ActionKind.CARRY_OPEN, coin, trades)
    return replace(made, notes=(*made.notes, f"sized within {allowed.cap}", RISKS))


def _closings(case: Situation, coin: str, left_out: dict[str, str]) -> Iterator[CandidateAction]:
    """Held pairs that are expected to pay less than the strategy wants: both legs go, never one."""
    legs = [(row, listed) for row, listed in case.view.listed(coin) if not listed.is_option]
    held = {row: float(case.view.effective[row] * case.view.table.delta[row]) for row, _ in legs}
    least = (case.strategy.params.carry or CarryParams()).close_below_pct_per_year
    for short, sold in legs:
        for long, bought in legs:
            if not (held[short] < 0.0 < held[long] and is_open(case, sold) and is_open(case, bought)):
                continue
            coins = min(-held[short], held[long])
            trades = offsetting(case, bought, sold, coins)
            earned = None if trades is None else _held_income(case, trades)
            if trades is None or earned is None:
                left_out[f"closing {sold.id} / {bought.id}"] = "below a grid, or a rate is not quoted"
                continue
            rate = 100.0 * earned / (coins * case.view.index[coin]) / case.years
            if rate >= least:
                continue
            try:
                made = _weighed(case, ActionKind.CARRY_CLOSE, coin, trades)
            except UntradableError as reason:
                left_out[f"closing {sold.id} / {bought.id}"] = str(reason)
                continue
            why = f"the carry of this pair is {rate:.4g} % a year, below the {least:g} that it is held for"
            yield replace(made, notes=(*made.notes, why))


def _held_income(case: Situation, trades: Trades) -> float | None:
    """USD over the horizon that the legs which `trades` would close bring while they are held."""
    return income(case, {key: -contracts for key, contracts in trades.items()}, case.hours)


def _weighed(case: Situation, kind: ActionKind, coin: str, trades: Trades) -> CandidateAction:
    bare = evaluate(case, kind, coin, trades)
    opens = kind is ActionKind.CARRY_OPEN
    earned = income(case, trades, case.hours) if opens else _held_income(case, trades)
    hours = break_even_hours(partial(_earned, case, trades), bare.cost.total) if opens else None
    size = min(abs(leg.notional_usd) for leg in bare.legs)
    details = (
        *((Detail("income over horizon", earned, "USD"),) if earned is not None else ()),
        *((Detail("income", 100.0 * earned / size / case.years, "% a year"),) if earned is not None else ()),
        Detail("cost of both legs", bare.cost.total, "USD"),
        *((Detail("break-even", hours, "hours"),) if hours is not None else ()),
        *(rate for leg in bare.legs if (rate := _rate(case, leg.id)) is not None),
        *linear_details(case, trades),
    )
    never = ("its cost is not earned back: rates revert to their means before",) if opens and hours is None else ()
    return replace(bare, details=details, notes=(*bare.notes, *never))


def _rate(case: Situation, key: InstrumentId) -> Detail | None:
    listed = case.view.market.instruments[key]
    return None if listed.kind is Kind.SPOT else rate_a_year(case, listed)


def _earned(case: Situation, trades: Trades, hours: float) -> float:
    return income(case, trades, hours) or 0.0


FAMILY = Family(
    name="carry_trade", kinds=frozenset({ActionKind.CARRY_OPEN, ActionKind.CARRY_CLOSE}), aim=Objective.CARRY,
    propose=carry_trades,
)  # fmt: skip
