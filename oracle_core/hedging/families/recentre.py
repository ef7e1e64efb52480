"""Recentring a base position: fresh strikes around the price, and the inventory of hedges back to what they need."""

from dataclasses import replace

from oracle_core.domain.hedge import ActionKind, CandidateAction, Detail
from oracle_core.domain.instrument import Kind
from oracle_core.hedging.bands import target_delta
from oracle_core.hedging.evaluate import UntradableError
from oracle_core.hedging.families.family import Family, Found
from oracle_core.hedging.held import Lot, option_lots
from oracle_core.hedging.package import Trades, net_delta, package
from oracle_core.hedging.renewal import drift, fresh_drift, fresh_pairs, pair_renewal
from oracle_core.hedging.situation import Situation
from oracle_core.playbook.params.recentre import RecentreParams
from oracle_core.playbook.params.roll import RollParams
from oracle_core.playbook.persona import Objective

EACH = 2
"""Fresh structures weighed of one structure."""

MOST = 6
"""Exchanges weighed of one coin."""

NOISE = 1e-9


def recentre(case: Situation) -> Found:
    """Every coin whose inventory of perpetuals and futures has strayed from what a centred position needs.

    What it needs brings net delta to the target: next to nothing beside a straddle at the money. Afterwards the
    inventory is that, to within one step of its grid.
    """
    if case.equity_usd <= 0.0:
        return Found(candidates=(), left_out={})
    params = case.strategy.params.recentre or RecentreParams()
    candidates: list[CandidateAction] = []
    left_out: dict[str, str] = {}
    for coin in case.view.coins:
        if not case.may_open(coin) or not inventory(case, coin, {}):
            continue
        for name, trades in _centred(case, coin)[:MOST]:
            wanted = _needed(case, coin, trades)
            strayed = 100.0 * abs(inventory(case, coin, {}) - wanted) * case.view.index[coin] / case.equity_usd
            if strayed <= params.inventory_pct_equity:
                continue
            try:
                candidates.append(_weighed(case, coin, trades, wanted, name))
            except UntradableError as reason:
                left_out[f"recentre {coin} {name}".rstrip()] = str(reason)
    return Found(candidates=tuple(candidates), left_out=left_out)


def inventory(case: Situation, coin: str, trades: Trades) -> float:
    """Coins of delta in perpetuals and futures, working orders filled, after some trades."""
    table = case.view.table
    total = 0.0
    for row, listed in case.view.listed(coin):
        if listed.kind in (Kind.PERPETUAL, Kind.FUTURE):
            total += (float(case.view.effective[row]) + float(trades.get(listed.id, 0))) * float(table.delta[row])
    return total


def _needed(case: Situation, coin: str, trades: Trades) -> float:
    """The inventory that brings net delta to the target once the options are traded."""
    return inventory(case, coin, {}) - (net_delta(case, coin, trades) - target_delta(case, coin))


def _centred(case: Situation, coin: str) -> list[tuple[str, Trades]]:
    """What centres a coin's base position: each straddle or strangle exchanged; no trades where all are centred."""
    lots = [lot for lot in option_lots(case, ours=True) if lot.coin == coin and lot.is_pair]
    return [found for lot in lots for found in _exchanges(case, lot)] or [("", {})]


def _exchanges(case: Situation, lot: Lot) -> list[tuple[str, Trades]]:
    """A lot for fresh ones whose strikes are nearer to the price: what is as near is centred already."""
    days, now = (case.strategy.params.roll or RollParams()).days_left, drift(case, lot)
    nearer = [fresh for fresh in fresh_pairs(case, lot, days) if fresh_drift(case, fresh) < now - NOISE]
    renewals = [pair_renewal(lot, fresh) for fresh in nearer[:EACH]]
    return [(f"{lot.name} to {item.name}", item.trades) for item in renewals]


def _weighed(case: Situation, coin: str, trades: Trades, wanted: float, name: str) -> CandidateAction:
    now = inventory(case, coin, {})
    said = f"inventory {now:+,.6g} {coin}, a centred position needs {wanted:+,.6g}"
    notes = (f"recentres {name}: {said}" if name else said,)
    made = package(case, ActionKind.RECENTRE, coin, trades, notes=notes)
    traded = {leg.id: leg.contracts for leg in made.legs}
    return replace(made, details=(
        Detail("inventory before", now, coin), Detail("inventory wanted", wanted, coin),
        Detail("inventory after", inventory(case, coin, traded), coin),
    ))  # fmt: skip


FAMILY = Family(name="recentre", kinds=frozenset({ActionKind.RECENTRE}), aim=Objective.VARIANCE, propose=recentre)
