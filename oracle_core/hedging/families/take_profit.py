"""Taking profit on options: what has earned its premium, or is nearly worthless, is weighed for closing.

Entry prices propose, they never rank: the benefit is what closing costs now against the risk that it takes away.
"""

from collections.abc import Mapping
from typing import TypeAlias

from oracle_core.domain.hedge import ActionKind, CandidateAction, Detail
from oracle_core.domain.instrument import InstrumentId
from oracle_core.hedging.evaluate import UntradableError
from oracle_core.hedging.families.family import Family, Found
from oracle_core.hedging.held import Lot, by_loss, entry_prices, option_lots, single_lots
from oracle_core.hedging.package import Hedging, package
from oracle_core.hedging.situation import Situation
from oracle_core.playbook.params.take_profit import TakeProfitParams
from oracle_core.playbook.persona import Objective

MOST = 20
BPS = 10_000.0
Entries: TypeAlias = Mapping[InstrumentId, float | None]


def take_profit(case: Situation) -> Found:
    """Every option, straddle and strangle that the strategy's rule names, closed whole; hedged where that is needed."""
    if case.equity_usd <= 0.0:
        return Found(candidates=(), left_out={})
    params = case.strategy.params.take_profit or TakeProfitParams()
    entries = entry_prices(case)
    candidates: list[CandidateAction] = []
    left_out: dict[str, str] = {}
    for lot in by_loss(case, _lots(case)):
        if not case.may_open(lot.coin):
            continue
        why = _reason(case, lot, params, entries)
        if why is None:
            continue
        if len(candidates) >= MOST:
            left_out["take_profit"] = f"more than {MOST} positions have a profit to take: the rest loses less"
            break
        try:
            made = package(
                case, ActionKind.TAKE_PROFIT, lot.coin, lot.closing, hedging=Hedging.NEEDED,
                notes=(f"{lot.name}: {why[0]}",), details=why[1],
            )  # fmt: skip
            candidates.append(made)
        except UntradableError as reason:
            left_out[f"take profit on {lot.name}"] = str(reason)
    return Found(candidates=tuple(candidates), left_out=left_out)


def _lots(case: Situation) -> list[Lot]:
    singles = [lot for lot in single_lots(case) if lot.instruments[0].is_option]
    return [*singles, *(lot for lot in option_lots(case, ours=False) if lot.is_pair)]


def _reason(
    case: Situation, lot: Lot, params: TakeProfitParams, entries: Entries
) -> tuple[str, tuple[Detail, ...]] | None:
    """Why closing is weighed, with its figures; None where nothing asks for it."""
    if lot.side < 0.0:
        left = [_remaining_bps(case, key) for key in lot.legs]
        if max(left) <= params.remaining_bps:
            return f"{max(left):.3g} bp of its underlying are left in it", (Detail("value left", max(left), "bp"),)
    gained = _gained(case, lot, entries)
    if gained is None:
        return None
    if lot.side < 0.0 and gained >= params.captured_pct:
        return f"{gained:.4g} % of its premium is earned", (Detail("premium earned", gained, "%"),)
    if lot.side > 0.0 and gained >= params.gain_pct:
        return f"it has gained {gained:.4g} %", (Detail("gain", gained, "%"),)
    return None


def _remaining_bps(case: Situation, key: InstrumentId) -> float:
    table = case.view.table
    row = table.row[key]
    return BPS * float(table.value_usd[row] / table.notional_usd[row])


def _gained(case: Situation, lot: Lot, entries: Entries) -> float | None:
    """Per cent of what was paid or received, at the prices that close it; None where one of them is not known."""
    paid = now = 0.0
    for key, contracts in lot.legs.items():
        quote, entry = case.view.market.quotes[key], entries[key]
        price = quote.best_bid if lot.side > 0.0 else quote.best_ask
        if entry is None or price is None:
            return None
        weight = abs(float(contracts)) * case.view.market.instruments[key].contract_size
        paid, now = paid + weight * entry, now + weight * price
    return 100.0 * lot.side * (now - paid) / paid if paid > 0.0 else None


FAMILY = Family(
    name="take_profit", kinds=frozenset({ActionKind.TAKE_PROFIT}), aim=Objective.VARIANCE, propose=take_profit
)  # fmt: skip
