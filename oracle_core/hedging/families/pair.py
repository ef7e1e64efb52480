"""Pairs: a perpetual of one coin against a perpetual of another, opened when their ratio is far, closed as a whole."""

from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from typing import NamedTuple

from oracle_core.domain.hedge import ActionKind, CandidateAction, Detail
from oracle_core.domain.instrument import Instrument, InstrumentId, Kind
from oracle_core.hedging.evaluate import UntradableError, cost_rate, evaluate
from oracle_core.hedging.families.family import Family, Found
from oracle_core.hedging.figures import linear_details
from oracle_core.hedging.reversion import perpetual_usd
from oracle_core.hedging.situation import Situation
from oracle_core.hedging.two_legs import Room, Trades, is_open, largest_allowed, room
from oracle_core.playbook.params.pair import PairParams, Ratio
from oracle_core.playbook.persona import Objective
from oracle_core.reading.ratio import RatioReading

MOST = 20


class _Pair(NamedTuple):
    """Two coins and their ratio. per_usd: USD of the second for a USD of the first.  beta: what the first moves by."""

    one: str
    other: str
    reading: RatioReading
    correlation: float
    beta: float
    per_usd: float

    @property
    def name(self) -> str:
        return f"pair {self.one}/{self.other}"


def pairs(case: Situation) -> Found:
    """Every two coins whose ratio is far from its history, and every pair that is held and has no reason left."""
    params = case.strategy.params.pair or PairParams()
    dollars = perpetual_usd(case, case.view.effective)
    made: list[CandidateAction] = []
    left_out: dict[str, str] = {}
    if not case.ratios:
        left_out["pairs"] = "no two coins have candles enough to read the ratio of their prices"
    for pair in _pairs(case, params):
        held = dollars[pair.one] * dollars[pair.other] < 0.0
        try:
            if held:
                made += _kept(case, params, pair, dollars[pair.one], dollars[pair.other])
            elif abs(pair.reading.z) < params.entry_z or _broken(params, pair):
                left_out[pair.name] = (
                    f"its ratio is {pair.reading.z:+.2f} standard deviations away, {params.entry_z:g} asked"
                )
            elif (found := _opening(case, pair)) is not None:
                made.append(found)
        except UntradableError as reason:
            left_out[pair.name] = str(reason)
    return Found(candidates=tuple(made[:MOST]), left_out=left_out)


def _pairs(case: Situation, params: PairParams) -> Iterator[_Pair]:
    for (one, other), reading in sorted(case.ratios.items()):
        if not (case.may_open(one) and case.may_open(other)):
            continue
        together = float(case.model.correlation[case.view.coins.index(one), case.view.coins.index(other)])
        by_vol = case.vols[one].value / case.vols[other].value
        sizes = {Ratio.BETA: together * by_vol, Ratio.VOLATILITY: by_vol, Ratio.NOTIONAL: 1.0}
        if sizes[params.ratio] > 0.0:
            yield _Pair(one, other, reading, together, together * by_vol, sizes[params.ratio])


def _broken(params: PairParams, pair: _Pair) -> bool:
    return pair.reading.recent is not None and pair.reading.recent < params.break_correlation


def _opening(case: Situation, pair: _Pair) -> CandidateAction | None:
    """Sell the coin that is dear against the other, buy the other, within every limit."""
    allowed = room(case, ActionKind.PAIR_OPEN)
    side = -1.0 if pair.reading.z > 0.0 else 1.0
    usd = allowed.usd / (1.0 + pair.per_usd)
    return largest_allowed(case, usd, partial(_open, case, pair, side, allowed))


def _open(case: Situation, pair: _Pair, side: float, allowed: Room, usd: float) -> CandidateAction | None:
    first = _trades(case, {pair.one: side * usd})
    taken = sum(float(size) * _usd_per_contract(case, key) for key, size in first.items())
    trades = {**first, **_trades(case, {pair.other: -taken * pair.per_usd})}
    if len(trades) < 2:
        return None
    made = evaluate(case, ActionKind.PAIR_OPEN, None, trades)
    return replace(_told(case, pair, made), notes=(*made.notes, f"sized within {allowed.cap}"))


def _kept(case: Situation, params: PairParams, pair: _Pair, first: float, second: float) -> Iterator[CandidateAction]:
    """Close a held pair that has come back, turned or broken; else trim the leg that has outgrown its ratio."""
    turned = first * pair.reading.z > 0.0  # long what is dear
    why = "its correlation over a week has broken" if _broken(params, pair) else ""
    if not why and (turned or abs(pair.reading.z) <= params.exit_z):
        why = "its ratio is back, or beyond"
    if why:
        trades = _trades(case, {pair.one: -first, pair.other: -second})
        kind = f"the pair is closed whole: {why}"
    else:
        drift = abs(second / first) / pair.per_usd
        if 100.0 * abs(max(drift, 1.0 / drift) - 1.0) < params.drift_pct:
            return
        excess = (
            {pair.other: -(second + first * pair.per_usd)}
            if drift > 1.0
            else {pair.one: -(first + second / pair.per_usd)}
        )
        trades = _trades(case, excess)
        kind = f"a leg has outgrown its {params.ratio.value} ratio and is trimmed to it"
    if trades:
        made = evaluate(case, ActionKind.PAIR_CLOSE, None, trades)
        yield replace(_told(case, pair, made), notes=(*made.notes, kind))


def _trades(case: Situation, dollars: dict[str, float]) -> Trades:
    """Signed contracts of each coin's cheapest open perpetual, never more than the USD asked."""
    trades: Trades = {}
    for coin, usd in dollars.items():
        listed = _cheapest(case, coin, usd)
        if listed is None:
            return {}
        if contracts := listed.grid.toward_zero(usd / _usd_per_contract(case, listed.id)):
            trades[listed.id] = contracts
    return trades


def _usd_per_contract(case: Situation, key: InstrumentId) -> float:
    row = case.view.table.row[key]
    return float(case.view.table.delta[row]) * case.view.index[case.view.table.instruments[row].base]


def _cheapest(case: Situation, coin: str, usd: float) -> Instrument | None:
    """Where the coin is held on the other side, else the perpetual that costs least."""
    offers = [
        (not case.view.effective[row] * usd < 0.0, rate, listed.id, listed)
        for row, listed in case.hedges(coin)
        if listed.kind is Kind.PERPETUAL
        and is_open(case, listed)
        and (rate := cost_rate(case, listed.id, usd)) is not None
    ]
    return min(offers)[3] if offers else None


def _told(case: Situation, pair: _Pair, action: CandidateAction) -> CandidateAction:
    after = {item.coin: item.delta_usd for item in action.after.exposures}
    details = (
        Detail("ratio", pair.reading.z, "standard deviations from its mean"),
        Detail("size", pair.per_usd, f"USD of {pair.other} for a USD of {pair.one}"),
        Detail("beta", pair.beta, f"USD of {pair.other} for a USD of {pair.one}"),
        Detail("residual beta exposure", pair.beta * after[pair.one] + after[pair.other], f"USD of {pair.other}"),
        Detail("correlation", pair.correlation, f"{pair.one} with {pair.other}"),
        *((Detail("correlation of a week", pair.reading.recent, ""),) if pair.reading.recent is not None else ()),
        *linear_details(case, {leg.id: leg.contracts for leg in action.legs}),
    )
    return replace(action, details=details)


FAMILY = Family(
    name="pair", kinds=frozenset({ActionKind.PAIR_OPEN, ActionKind.PAIR_CLOSE}), aim=Objective.CARRY, propose=pairs,
)  # fmt: skip
