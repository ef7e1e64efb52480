"""What gamma and vega a coin should have: the strategy's target, else the persona's limit where it is exceeded."""

from typing import NamedTuple

from oracle_core.hedging.situation import Situation
from oracle_core.pricing.contracts import Floats

GAMMA = "gamma_1pct_pct_equity"
VEGA = "vega_point_pct_equity"
NOUNS = {GAMMA: "gamma", VEGA: "vega"}


class Goal(NamedTuple):
    """Where a coin's gamma (USD per 1 %) or vega (USD per point) is, and between what it should be.

    exact: a target of the strategy, else a limit, which is met from beyond by the smallest step that does.
    """

    name: str
    now: float
    low: float
    high: float
    exact: bool
    note: str | None = None

    @property
    def missing(self) -> float:
        """The signed change that brings it there; 0 inside."""
        return min(max(self.now, self.low), self.high) - self.now


def room(case: Situation, coin: str, name: str) -> Goal:
    """How far a coin's gamma or vega may go either way before the whole book is beyond its limit."""
    per_coin = _per_coin(case, name)
    most = getattr(case.persona, name) * max(case.equity_usd, 0.0) / 100.0
    left = max(most - sum(abs(value) for one, value in per_coin.items() if one != coin), abs(per_coin[coin]))
    return Goal(name, per_coin[coin], -left, left, exact=False)


def goal(case: Situation, coin: str, name: str) -> Goal | None:
    """The goal of one coin; None where its strategy has no target and no limit is exceeded.

    A target or limit binds the whole book: each coin has the share of it that it has of the book's exposure.
    """
    per_coin = _per_coin(case, name)
    total, now = sum(abs(value) for value in per_coin.values()), per_coin[coin]
    if total == 0.0 or now == 0.0 or case.equity_usd <= 0.0:
        return None
    share = abs(now) / total * case.equity_usd / 100.0
    wanted: float | None = getattr(case.strategy.targets, name)
    limit: float = getattr(case.persona, name)
    if wanted is not None:
        held = min(max(wanted, -limit), limit)
        note = None if held == wanted else f"target {wanted:g} cut to {held:g}: {name} of {case.persona.name}"
        return Goal(name, now, held * share, held * share, exact=True, note=note)
    if 100.0 * total / case.equity_usd <= limit:
        return None
    return Goal(name, now, -limit * share, limit * share, exact=False)


def _per_coin(case: Situation, name: str) -> dict[str, float]:
    unit, held = _unit(case, name), case.view.effective
    return {coin: float(held[rows] @ unit[rows]) for coin, rows in case.view.rows.items()}


def _unit(case: Situation, name: str) -> Floats:
    table = case.view.table
    return table.gamma * table.index**2 / 100.0 if name == GAMMA else table.vega / 100.0
