"""One action weighed: its cost, the book after it, and the five terms."""

from collections.abc import Mapping
from decimal import Decimal

import numpy as np

from oracle_core.domain.exposure import Outlook
from oracle_core.domain.hedge import ActionKind, Band, CandidateAction, Cost, Detail, Leg, candidate_id
from oracle_core.domain.instrument import InstrumentId
from oracle_core.domain.limits import breach
from oracle_core.hedging.carry import unquoted_funding
from oracle_core.hedging.financing import financing_details
from oracle_core.hedging.objective import churn, terms
from oracle_core.hedging.situation import Situation
from oracle_core.pricing.contracts import Floats
from oracle_core.pricing.costs import TradeCost, beyond_depth, one_way_cost_rate, trade_cost
from oracle_core.risk.outlook import outlook

NO_COST = Cost(fee=0.0, half_spread=0.0, slippage=0.0, total=0.0)


class UntradableError(ValueError):
    """An action that the market shown cannot carry; the text says why."""


def hold(case: Situation) -> CandidateAction:
    """Doing nothing: always a row, and the zero of every benefit."""
    return evaluate(case, ActionKind.HOLD, None, {})


def evaluate(
    case: Situation,
    kind: ActionKind,
    coin: str | None,
    trades: Mapping[InstrumentId, Decimal],
    *,
    band: Band | None = None,
    details: tuple[Detail, ...] = (),
) -> CandidateAction:
    """Weigh signed contracts per instrument against doing nothing.

    Raises: UntradableError: nobody stands on the side a leg needs, or the depth shown is thinner than the leg.
    """
    costs = _costs(case, trades)
    contracts = case.view.effective + trade_vector(case, trades)
    after = _after(case, trades, costs) if trades else case.hold
    churned = sum(found.total * (1.0 + _leg_churn(case, key, contracts, trades)) for key, found in costs.items())
    weighed = terms(case, contracts, after, churned)
    return CandidateAction(
        id=candidate_id(kind, trades), kind=kind, coin=coin, cost=_total(costs), terms=weighed,
        legs=tuple(_leg(case, key, trades[key], found) for key, found in sorted(costs.items())),
        benefit=weighed.utility - case.resting.utility,
        breach=breach(after.measures, case.persona.state_limits()),
        before=case.hold, after=after, band=band, details=(*details, *financing_details(case, trades)),
        notes=_notes(case, contracts, costs, trades),
    )  # fmt: skip


def outcome(case: Situation, trades: Mapping[InstrumentId, Decimal]) -> Outlook:
    """The book once signed contracts per instrument are traded and paid for: all that a limit sees of an action.

    Raises: UntradableError: as `evaluate`.
    """
    return _after(case, trades, _costs(case, trades))


def cost(case: Situation, trades: Mapping[InstrumentId, Decimal]) -> Cost:
    """What trading signed contracts per instrument costs at once.

    Raises: UntradableError: as `evaluate`.
    """
    return _total(_costs(case, trades))


def trade_vector(case: Situation, trades: Mapping[InstrumentId, Decimal]) -> Floats:
    """Signed contracts by row of the view's table, shape (n,)."""
    vector = np.zeros(len(case.view.table.instruments))
    for key, contracts in trades.items():
        vector[case.view.table.row[key]] += float(contracts)
    return vector


def cost_rate(case: Situation, key: InstrumentId, contracts: float) -> float | None:
    """The one-way cost rate of an instrument at the top of its book, on the side of `contracts`."""
    listed, quote = case.view.market.instrument(key), case.view.market.quote(key)
    return one_way_cost_rate(listed, quote, contracts, case.view.index[listed.base])


def _costs(case: Situation, trades: Mapping[InstrumentId, Decimal]) -> dict[InstrumentId, TradeCost]:
    return {key: _leg_cost(case, key, float(contracts)) for key, contracts in trades.items()}


def _after(
    case: Situation, trades: Mapping[InstrumentId, Decimal], costs: Mapping[InstrumentId, TradeCost]
) -> Outlook:  # fmt: skip
    return outlook(case.view, trade_vector(case, trades), _by_venue(costs), vols=case.vols)


def _leg_cost(case: Situation, key: InstrumentId, contracts: float) -> TradeCost:
    listed, quote = case.view.market.instrument(key), case.view.market.quote(key)
    vol = case.vols.get(listed.base)
    found = trade_cost(listed, quote, contracts, case.view.index[listed.base], vol=None if vol is None else vol.value)
    if found is None:
        side = "ask" if contracts > 0 else "bid"
        shown = sum(size for _, size in (quote.asks if contracts > 0 else quote.bids))
        seen = f"the {side}s shown hold {shown:,.10g} contracts" if shown else f"no {side} to trade against"
        raise UntradableError(f"{listed.symbol} on {listed.venue}: {seen}, {abs(contracts):,.10g} needed")
    return found


def _leg_churn(
    case: Situation, key: InstrumentId, contracts: Floats, trades: Mapping[InstrumentId, Decimal]
) -> float:  # fmt: skip
    listed = case.view.market.instrument(key)
    if listed.is_option:
        return 0.0
    rate = cost_rate(case, key, float(trades[key]))
    return churn(case, listed.base, contracts, rate or 0.0)


def _leg(case: Situation, key: InstrumentId, contracts: Decimal, cost: TradeCost) -> Leg:
    row = case.view.table.row[key]
    coins = float(contracts) * float(case.view.table.delta[row])
    return Leg(
        venue=key.venue, symbol=key.symbol, contracts=contracts, coins=coins, price=cost.price,
        notional_usd=float(np.copysign(cost.notional_usd, float(contracts))),
    )  # fmt: skip


def _by_venue(costs: Mapping[InstrumentId, TradeCost]) -> dict[str, float]:
    """What leaves each venue's pool, in USD."""
    paid: dict[str, float] = {}
    for key, found in costs.items():
        paid[key.venue] = paid.get(key.venue, 0.0) + found.total
    return paid


def _total(of: Mapping[InstrumentId, TradeCost]) -> Cost:
    costs = list(of.values())
    if not costs:
        return NO_COST
    fee, spread = sum(found.fee for found in costs), sum(found.half_spread for found in costs)
    known = [found.slippage for found in costs if found.slippage is not None]
    slippage = sum(known) if len(known) == len(costs) else None
    return Cost(fee=fee, half_spread=spread, slippage=slippage, total=fee + spread + (slippage or 0.0))


def _notes(
    case: Situation, contracts: Floats, costs: Mapping[InstrumentId, TradeCost], trades: Mapping[InstrumentId, Decimal]
) -> tuple[str, ...]:
    silent = [f"funding of {symbol} is not quoted: its carry is absent" for symbol in unquoted_funding(case, contracts)]
    shallow = [
        f"no depth of {key.symbol} is given: slippage beyond the best price is absent"
        for key, found in costs.items()
        if found.slippage is None
    ]
    beyond = [
        f"{more:,.6g} contracts of {key.symbol} lie beyond the depth shown: square-root impact estimates their price"
        for key, size in trades.items()
        if (more := beyond_depth(case.view.market.quotes[key], float(size))) > 0.0
    ]
    return (*silent, *shallow, *beyond)
