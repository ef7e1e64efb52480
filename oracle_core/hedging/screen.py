"""Strategy and persona act here, in code: what they exclude is refused with the reason, and the rest is ranked."""

from collections.abc import Iterable
from dataclasses import replace

from oracle_core.domain.hedge import ActionKind, CandidateAction, Status
from oracle_core.hedging.limits import cures, refusals
from oracle_core.hedging.rank import ranked
from oracle_core.hedging.situation import Situation
from oracle_core.playbook.strategy import REHEDGES


def screen(case: Situation, actions: Iterable[CandidateAction]) -> tuple[CandidateAction, ...]:
    """Every action with its status and reasons, ranked.

    Hold is never excluded, nor is a cure or a duty by a strategy's rule.
    """
    judged = (_judged(case, action) for action in actions)
    return _told_once(ranked(judged, case.persona.objective, without_equity=case.equity_usd <= 0.0))


def _told_once(actions: tuple[CandidateAction, ...]) -> tuple[CandidateAction, ...]:
    """Of kinds that come to the same trades the first in rank: a desk reads each trade once."""
    first = {action.legs: action for action in reversed(actions) if action.legs}
    kept = [action for action in actions if not action.legs or first[action.legs] is action]
    return tuple(replace(action, rank=number) for number, action in enumerate(kept, start=1))


def _judged(case: Situation, action: CandidateAction) -> CandidateAction:
    if action.kind is ActionKind.HOLD:
        return replace(action, status=Status.OFFERED, reasons=())
    against = refusals(case, action)
    cure = not against and cures(case, action)
    if not cure and not action.duty:
        against = (*against, *_rules(case, action))
    if against:
        return replace(action, status=Status.REFUSED, reasons=against)
    if cure:
        return replace(action, status=Status.CURE, reasons=("cures a breached limit",))
    return replace(action, status=Status.OFFERED, reasons=_short_of_minimum(case, action))


def _rules(case: Situation, action: CandidateAction) -> tuple[str, ...]:
    strategy, rehedge = case.strategy, case.strategy.band.rehedge_to
    reasons: list[str] = []
    if action.kind.value not in strategy.policies:
        reasons.append(f"strategy {strategy.name} does not use {action.kind.value}")
    if action.kind in (ActionKind.TO_TARGET, ActionKind.TO_EDGE) and action.kind.value != REHEDGES[rehedge]:
        reasons.append(f"strategy {strategy.name} rehedges to the {rehedge.value} of its band")
    return tuple(reasons)


def minimum_benefit(case: Situation) -> float:
    """USD below which a benefit is not worth acting on."""
    return case.persona.min_benefit_bps_equity / 10_000.0 * max(case.equity_usd, 0.0)


def _short_of_minimum(case: Situation, action: CandidateAction) -> tuple[str, ...]:
    least = minimum_benefit(case)
    if action.benefit >= least or action.kind is ActionKind.PAUSE:
        return ()
    worth = round(action.benefit, 2) + 0.0  # a loss below half a cent is no "-0.00"
    return (f"benefit {worth:,.2f} USD is below the {least:,.2f} USD that {case.persona.name} acts on",)
