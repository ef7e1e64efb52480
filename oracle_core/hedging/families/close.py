"""Closing what is held, position by position and structure by structure: for a hot book, or once an event is over.

The engine does not argue about why something is held: a strategy that names this kind says when it may be closed.
"""

from oracle_core.domain.hedge import ActionKind, CandidateAction
from oracle_core.hedging.evaluate import UntradableError
from oracle_core.hedging.families.family import Family, Found
from oracle_core.hedging.heat import heat
from oracle_core.hedging.held import Lot, by_loss, option_lots, single_lots
from oracle_core.hedging.occasions import exit_note
from oracle_core.hedging.package import Hedging, comes_nearer, package
from oracle_core.hedging.situation import Situation
from oracle_core.playbook.params.close import CloseParams
from oracle_core.playbook.persona import Objective

MOST = 20


def close(case: Situation) -> Found:
    """Every position and every straddle or strangle, what loses most in the worst cell first, at most `MOST`."""
    lots = [lot for lot in by_loss(case, _lots(case)) if case.may_open(lot.coin) and _makes_sense(case, lot)]
    if case.equity_usd <= 0.0 or not lots:
        return Found(candidates=(), left_out={})
    params = case.strategy.params.close or CloseParams()
    found, cold = heat(case), heat(case).short_of(params.heat_pct)
    hot = (f"{found.pct:.3g} % of {found.limit} is used",) if params.heat_pct else ()
    candidates: list[CandidateAction] = []
    left_out: dict[str, str] = {"close": cold} if cold is not None else {}
    for lot in lots:
        news = _over(case, lot)
        if news is None and cold is not None:
            continue
        if len(candidates) >= MOST:
            left_out["close"] = f"{len(lots) - MOST:,} of {len(lots):,} positions are not weighed: they lose less"
            break
        try:
            made = package(
                case, ActionKind.CLOSE, lot.coin, lot.closing, hedging=Hedging.NEEDED,
                notes=(f"closes {lot.name}", *(hot if news is None else (news,))),
            )  # fmt: skip
            candidates.append(made)
        except UntradableError as reason:
            left_out[f"close {lot.name}"] = str(reason)
    return Found(candidates=tuple(candidates), left_out=left_out)


def _lots(case: Situation) -> list[Lot]:
    return [*single_lots(case), *(lot for lot in option_lots(case, ours=False) if lot.is_pair)]


def _makes_sense(case: Situation, lot: Lot) -> bool:
    """A hedge is not closed only to be put on again: what has no gamma must bring net delta nearer to its target."""
    return lot.instruments[0].is_option or comes_nearer(case, lot.coin, lot.closing)


def _over(case: Situation, lot: Lot) -> str | None:
    """The event that a long option position was opened for, and that is over."""
    rules = case.strategy.params.events
    if rules is None or lot.side < 0.0 or not lot.instruments[0].is_option:
        return None
    return exit_note(case, lot.coin, lot.opened_at, rules)


FAMILY = Family(name="close", kinds=frozenset({ActionKind.CLOSE}), aim=Objective.VARIANCE, propose=close)
