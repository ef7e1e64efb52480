"""When one side is crowded: the perpetual against it, and long volatility for the day it has to leave."""

from dataclasses import replace
from decimal import Decimal

from oracle_core.domain.hedge import ActionKind, CandidateAction, Detail
from oracle_core.domain.instrument import Instrument, InstrumentId, Kind
from oracle_core.hedging.evaluate import UntradableError, evaluate
from oracle_core.hedging.families.family import Family, Found
from oracle_core.hedging.figures import income
from oracle_core.hedging.limits import refusals
from oracle_core.hedging.notional import premium_usd
from oracle_core.hedging.situation import Situation
from oracle_core.hedging.sizing import tightest
from oracle_core.hedging.structures import Structure, fresh_structures
from oracle_core.hedging.two_legs import PARTS, is_open
from oracle_core.playbook.params.establish import EstablishParams, Shape, Side
from oracle_core.playbook.persona import Objective
from oracle_core.reading.crowding import Crowding, coin_crowding
from oracle_core.reading.funding import Funding, funding


def crowded(case: Situation) -> Found:
    """For every coin with a crowded side: calls bought and the dearest perpetual sold where longs are crowded.

    Puts and a long perpetual where shorts are. Both legs together have no delta; the perpetual is paid by the crowd,
    and the options gain when it leaves. A strategy that sells convexity is not offered it.
    """
    candidates: list[CandidateAction] = []
    left_out: dict[str, str] = {}
    params = case.strategy.params.establish or EstablishParams()
    if case.equity_usd <= 0.0 or params.side is Side.SHORT:
        return Found(candidates=(), left_out={})
    for coin in case.view.coins:
        side = _side(case, coin) if case.may_open(coin) else None
        perpetual = None if side is None else _dearest(case, coin, side.side)
        if side is None or perpetual is None:
            continue
        structures = fresh_structures(case, coin, (Shape.STRADDLE,), 1.0, params.strangle_abs_delta)[Shape.STRADDLE]
        try:
            candidates += [_against(case, side, perpetual, item, params) for item in structures[:1]]
        except UntradableError as reason:
            left_out[f"crowd of {coin}"] = str(reason)
    return Found(candidates=tuple(candidates), left_out=left_out)


def _side(case: Situation, coin: str) -> Crowding | None:
    listed = (item for _, item in case.view.listed(coin))
    read = coin_crowding(case.view.market, listed, case.hours)
    return read if isinstance(read, Crowding) and read.side else None


def _dearest(case: Situation, coin: str, side: int) -> Instrument | None:
    """The perpetual whose crowd pays most; None where none pays."""
    paid = [
        (side * found.simple, listed.id)
        for _, listed in case.hedges(coin)
        if listed.kind is Kind.PERPETUAL
        and is_open(case, listed)
        and isinstance(found := funding(case.view.market, listed.id, case.hours), Funding)
        and side * found.simple > 0.0
    ]
    return case.view.market.instruments[max(paid)[1]] if paid else None


def _against(
    case: Situation, crowd: Crowding, perpetual: Instrument, structure: Structure, params: EstablishParams
) -> CandidateAction:
    """The largest part of what the budgets allow that no limit refuses; the whole with its refusal where none is.

    Raises: UntradableError: the budgets or the market allow less than the smallest contract.
    """
    option = structure.call if crowd.side > 0 else structure.put
    room = tightest(case, option.base, structure, 1.0, params)
    whole: CandidateAction | None = None
    for share in (Decimal(1), *PARTS):
        legs = _legs(case, option, perpetual, option.grid.toward_zero(Decimal(repr(room.units)) * share))
        if legs is None:
            break
        action = _told(case, crowd, evaluate(case, ActionKind.ESTABLISH, option.base, legs), option)
        whole = whole or action
        if not refusals(case, action):
            return action
    if whole is None:
        raise UntradableError(f"{room.name} ({room.cap}) leaves less than the smallest contract")
    return whole


def _legs(
    case: Situation, option: Instrument, perpetual: Instrument, bought: Decimal
) -> dict[InstrumentId, Decimal] | None:
    table = case.view.table
    delta = float(bought) * float(case.hedge_delta[table.row[option.id]])
    sold = perpetual.grid.toward_zero(-delta / float(table.delta[table.row[perpetual.id]]))
    return {option.id: bought, perpetual.id: sold} if bought and sold else None


def _told(case: Situation, crowd: Crowding, action: CandidateAction, option: Instrument) -> CandidateAction:
    bought = next(leg for leg in action.legs if leg.id == option.id)
    premium = premium_usd(option, float(bought.contracts), bought.price, case.view.index[option.base])
    earned = income(case, {leg.id: leg.contracts for leg in action.legs}, case.hours)
    side = "longs" if crowd.side > 0 else "shorts"
    return replace(
        action,
        details=(
            Detail("premium paid", premium, "USD"),
            *((Detail("income over horizon", earned, "USD"),) if earned is not None else ()),
        ),
        notes=(*action.notes, f"{side} are crowded: {'; '.join(crowd.reasons)}"),
    )


FAMILY = Family(
    name="crowded", kinds=frozenset({ActionKind.ESTABLISH}), aim=Objective.CONVEXITY, propose=crowded
)  # fmt: skip
