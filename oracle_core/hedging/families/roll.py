"""Rolling options to a new strike or expiry: when the price has left their strikes, they expire, or gamma has gone."""

from collections.abc import Iterator
from dataclasses import replace

from oracle_core.domain.hedge import ActionKind, CandidateAction, Detail
from oracle_core.hedging.evaluate import UntradableError
from oracle_core.hedging.families.family import Family, Found
from oracle_core.hedging.held import Lot, days_left, option_lots
from oracle_core.hedging.package import in_parts
from oracle_core.hedging.renewal import Renewal, drift, fresh_pairs, gamma_share, pair_renewal, single_renewals
from oracle_core.hedging.situation import Situation
from oracle_core.playbook.params.roll import RollParams
from oracle_core.playbook.persona import Objective

EACH = 2
"""Renewals weighed of one structure."""

MOST = 12
"""Renewals weighed of a book."""

NOISE = 1e-9


def roll(case: Situation) -> Found:
    """Every structure of this strategy that its rule names, exchanged for a fresh one and hedged to the target.

    A short structure is not renewed by a strategy that aims at long gamma, nor a long one by the opposite.
    """
    if case.equity_usd <= 0.0:
        return Found(candidates=(), left_out={})
    candidates: list[CandidateAction] = []
    left_out: dict[str, str] = {}
    for lot, renewal, why in _renewals(case, left_out):
        if len(candidates) >= MOST:
            left_out["roll"] = f"more than {MOST} renewals are due: the rest is not weighed"
            break
        try:
            candidates.append(_rolled(case, lot, renewal, why))
        except UntradableError as reason:
            left_out[f"roll {lot.name} to {renewal.name}"] = str(reason)
    return Found(candidates=tuple(candidates), left_out=left_out)


def _renewals(case: Situation, left_out: dict[str, str]) -> Iterator[tuple[Lot, Renewal, str]]:
    """Every lot that is due, with what may replace it and why; what cannot be replaced is put into `left_out`."""
    params = case.strategy.params.roll or RollParams()
    for lot in option_lots(case, ours=True):
        if not case.may_open(lot.coin):
            continue
        why, renewals = _due(case, lot, params)
        if why is None:
            continue
        against = _against(case, lot)
        if against is not None or not renewals:
            left_out[f"roll {lot.name}"] = against or f"{why}, and nothing fresh is quoted within the strategy's range"
            continue
        yield from ((lot, renewal, why) for renewal in renewals[:EACH])


def _due(case: Situation, lot: Lot, params: RollParams) -> tuple[str | None, list[Renewal]]:
    """Why a lot is rolled, and into what; no reason where it is not due."""
    days = days_left(case, lot)
    soon = [f"{days:.3g} days left"] if days < params.days_left else []
    if not lot.is_pair:
        return "; ".join(soon) or None, list(single_renewals(case, lot, params.days_left)) if soon else []
    reasons = [*soon, *_decayed(case, lot, params)]
    fresh = fresh_pairs(case, lot, params.days_left) if reasons else []
    return "; ".join(reasons) or None, [pair_renewal(lot, item) for item in fresh]


def _decayed(case: Situation, lot: Lot, params: RollParams) -> Iterator[str]:
    away, share = 100.0 * drift(case, lot), 100.0 * gamma_share(case, lot)
    if away >= params.moneyness_pct - NOISE:
        yield f"its strikes are {away:.3g} % away"
    if share < params.gamma_share_pct:
        yield f"{share:.3g} % of the gamma at the money is left"


def _against(case: Situation, lot: Lot) -> str | None:
    target = case.strategy.targets.gamma_1pct_pct_equity
    if target is None or target * lot.side >= 0.0:
        return None
    return f"the strategy aims at gamma of {target:+g} % of equity: this is not renewed"


def _rolled(case: Situation, lot: Lot, renewal: Renewal, why: str) -> CandidateAction:
    made = in_parts(
        case, ActionKind.ROLL, lot.coin, renewal.trades, notes=(f"rolls {lot.name} to {renewal.name}: {why}",)
    )  # fmt: skip
    change = next(a.theta_usd_per_day for a in made.after.exposures if a.coin == lot.coin) - next(
        b.theta_usd_per_day for b in made.before.exposures if b.coin == lot.coin
    )
    return replace(made, details=(Detail("days left", days_left(case, lot), "days"),
                                  Detail("theta gained", change, "USD per day")))  # fmt: skip


FAMILY = Family(name="roll", kinds=frozenset({ActionKind.ROLL}), aim=Objective.CONVEXITY, propose=roll)
