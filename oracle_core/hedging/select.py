"""The engine's own choice: the best-ranked action of each coin, as long as together they break nothing."""

from collections.abc import Mapping, Sequence
from decimal import Decimal

from oracle_core.domain.hedge import INSTRUCTIONS, ActionKind, CandidateAction, Pick, Status, Style
from oracle_core.domain.instrument import InstrumentId
from oracle_core.domain.occasion import Order, Urgency
from oracle_core.hedging.evaluate import UntradableError, evaluate
from oracle_core.hedging.limits import refusals
from oracle_core.hedging.screen import minimum_benefit
from oracle_core.hedging.situation import Situation
from oracle_core.hedging.triggers.volatility_break import NAME as VOLATILITY_BREAK


def select(case: Situation, actions: tuple[CandidateAction, ...]) -> tuple[Pick, ...]:
    """Walk the ranked actions: the first worth acting on of each coin, unless hold stands before it.

    A further coin's action joins only if the plan as a whole is worth more by it and no limit refuses the whole.
    """
    chosen: list[CandidateAction] = []
    for action in actions:
        if action.kind is ActionKind.HOLD or action.status is Status.REFUSED:
            break
        if action.kind in INSTRUCTIONS:
            continue
        if _worth_it(case, action) and _joins(case, chosen, action):
            chosen.append(action)
    if not chosen:
        chosen = [action for action in actions if action.kind is ActionKind.HOLD]
    return tuple(Pick(id=action.id, style=_style(case)) for action in chosen)


def weigh_together(
    case: Situation, kind: ActionKind, actions: Sequence[CandidateAction], scales: Mapping[str, Decimal]
) -> CandidateAction:
    """Several actions, each in its share (1 unless given), as one plan; the legs of one shrink together.

    Raises: UntradableError: two of them need more of one book than it shows, or a share of one is below a grid.
    """
    trades: dict[InstrumentId, Decimal] = {}
    for action in actions:
        for key, contracts in _shrunk(case, action, scales.get(action.id, Decimal(1))).items():
            trades[key] = trades.get(key, Decimal(0)) + contracts
    listed = case.view.market.instruments
    sized = {key: listed[key].grid.toward_zero(contracts) for key, contracts in trades.items()}
    only = actions[0] if len(actions) == 1 else None
    return evaluate(
        case, kind, only.coin if only else None, {key: contracts for key, contracts in sized.items() if contracts},
        band=only.band if only else None,
    )  # fmt: skip


def _shrunk(case: Situation, action: CandidateAction, share: Decimal) -> dict[InstrumentId, Decimal]:
    """The legs of an action in a share of it, none larger than its coarsest leg allows: a pair stays a pair."""
    if share == 1:
        return {leg.id: leg.contracts for leg in action.legs}
    grids = {leg.id: case.view.market.instruments[leg.id].grid for leg in action.legs}
    least = min(
        (grids[leg.id].toward_zero(leg.contracts * share) / leg.contracts for leg in action.legs), default=share
    )
    sized = {leg.id: grids[leg.id].toward_zero(leg.contracts * least) for leg in action.legs}
    if len(action.legs) > 1 and not all(sized.values()):
        raise UntradableError(f"{100 * share:.3g} % of {action.label} is below the smallest size of one of its legs")
    return sized


def _worth_it(case: Situation, action: CandidateAction) -> bool:
    return action.status is Status.CURE or action.duty or action.benefit >= minimum_benefit(case)


def _joins(case: Situation, chosen: list[CandidateAction], action: CandidateAction) -> bool:
    if not chosen:
        return True
    if any(_coins(case, found) & _coins(case, action) for found in chosen):
        return False
    try:
        before = weigh_together(case, action.kind, chosen, {})
        whole = weigh_together(case, action.kind, [*chosen, action], {})
    except UntradableError:
        return False
    gained = whole.benefit - before.benefit
    return not refusals(case, whole) and (gained >= minimum_benefit(case) or whole.breach < before.breach)


def _coins(case: Situation, action: CandidateAction) -> set[str]:
    traded = {case.view.market.instruments[leg.id].base for leg in action.legs}
    return traded if action.coin is None else traded | {action.coin}


def urgent(case: Situation) -> bool:
    """Whether an order may not rest: volatility has broken out, or a limit is beyond its bound."""
    return any(
        item.trigger == VOLATILITY_BREAK or (item.order is Order.LIMIT and item.urgency is Urgency.NOW)
        for item in case.occasions.fired
    )


def _style(case: Situation) -> Style:
    """As the strategy works its orders; what cannot wait takes what is offered, whose cost is the one shown."""
    wanted = Style.TAKER if urgent(case) else case.strategy.execution.style
    return Style(wanted) if wanted in set(Style) else Style.TAKER
