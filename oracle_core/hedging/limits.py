"""What is refused, not ranked: anything that worsens a breach, makes a new one, or adds risk on unknown inputs."""

from oracle_core.domain.exposure import Outlook
from oracle_core.domain.hedge import ActionKind, CandidateAction, Leg
from oracle_core.domain.limits import FLOORS, STATE_LIMITS, excess, lost
from oracle_core.hedging.collateral import collateral_refusals, unpooled_refusals
from oracle_core.hedging.edge import edge_refusals
from oracle_core.hedging.gates import gate_refusals
from oracle_core.hedging.notional import order_notional, premium_usd
from oracle_core.hedging.situation import Situation

CURE_COST_FACTOR = 5.0

CONVEX = (
    "gamma_1pct_pct_equity", "vega_point_pct_equity", "stress_loss_pct_equity", "expiry_gamma_1pct_pct_equity",
)  # fmt: skip
"""Limits that a step in options can bring a book back into."""


def refusals(case: Situation, action: CandidateAction) -> tuple[str, ...]:
    """Every limit of the persona that refuses an action, with its values; empty when none does.

    Only a duty, the smallest step that cures, may exceed the persona's flow limits; the guardrails hold it to the caps.
    Without equity no share of it bounds a duty: it may not worsen a breach, and that is all.
    """
    if not action.legs:
        return state_refusals(case, action.before, action.after)
    state = (*state_refusals(case, action.before, action.after), *collateral_refusals(case, action))
    state = (*state, *unpooled_refusals(case, action))
    if action.duty and case.equity_usd <= 0.0:
        return state
    flow = _flow_refusals(case, action, cure=action.duty and not state and cures(case, action))
    led_by_breach = action.duty or (not state and cures(case, action))
    edge = () if led_by_breach else edge_refusals(case, action)
    return (*state, *flow, *_added_risk(case, action), *_over_budget(case, action), *edge)


def state_refusals(case: Situation, before: Outlook, after: Outlook) -> tuple[str, ...]:
    """State limits that a move from one book to another worsens or newly breaches."""
    limits = case.persona.state_limits()
    reasons: list[str] = []
    for name in STATE_LIMITS:
        bound = getattr(limits, name)
        held, then = before.measures.value(name), after.measures.value(name)
        was, will = excess(name, held, bound), excess(name, then, bound)
        if was > 0.0 and lost(name, before.measures, after.measures):
            reasons.append(f"{name}: {_shown(held)} -> unknown; a breach that cannot be seen has not ended")
        elif will > was + 1e-9:
            what = "worsens a breach" if was > 0.0 else "a new breach"
            sense = "floor" if name in FLOORS else "limit"
            reasons.append(
                f"{name}: {_shown(held)} -> {_shown(then)}, {sense} {bound:g} of {case.persona.name}; {what}"
            )
    return tuple(reasons)


def breached(case: Situation, outlook: Outlook) -> bool:
    """Whether a book is beyond a state limit that trading can change; equity stays on its venue whatever is traded."""
    return bool(_beyond(case, outlook))


def breaches(case: Situation) -> tuple[str, ...]:
    """The state limits, of those that trading can change, that the book is beyond."""
    return _beyond(case, case.hold)


def _beyond(case: Situation, outlook: Outlook) -> tuple[str, ...]:
    limits = case.persona.state_limits()
    names = (name for name in STATE_LIMITS if name != "venue_share_pct_max")
    return tuple(name for name in names if excess(name, outlook.measures.value(name), getattr(limits, name)) > 0.0)


def convex_breach(case: Situation, names: tuple[str, ...] = CONVEX) -> bool:
    """Whether the book stands beyond one of the limits that only options, or stress, can be brought back into."""
    limits = case.persona.state_limits()
    return any(excess(name, case.hold.measures.value(name), getattr(limits, name)) > 0.0 for name in names)


def cures(case: Situation, action: CandidateAction) -> bool:
    """Whether an action ends a breach of a state limit, worsens none and adds none."""
    return is_cured(case, action.before, action.after)


def is_cured(case: Situation, before: Outlook, after: Outlook) -> bool:
    """Whether from one book to another a breach of a state limit ends, none gets worse and none is new."""
    return not state_refusals(case, before, after) and ends_a_breach(case, before, after)


def ends_a_breach(case: Situation, before: Outlook, after: Outlook) -> bool:
    """Whether a state limit that one book is beyond holds in the other."""
    limits = case.persona.state_limits()
    return any(
        excess(name, before.measures.value(name), getattr(limits, name)) > 0.0
        and excess(name, after.measures.value(name), getattr(limits, name)) == 0.0
        and not lost(name, before.measures, after.measures)
        for name in STATE_LIMITS
    )


def _flow_refusals(case: Situation, action: CandidateAction, *, cure: bool) -> tuple[str, ...]:
    equity = max(case.equity_usd, 1.0)
    flow = case.persona.flow_limits()
    reasons: list[str] = []
    size = 100.0 * sum(_order_notional(case, leg) for leg in action.legs) / equity
    if size > flow.plan_notional_pct_equity and not cure:
        reasons.append(_flow("plan_notional_pct_equity", size, flow.plan_notional_pct_equity, case))
    cost = 10_000.0 * action.cost.total / equity
    allowed = flow.plan_cost_bps_equity * (CURE_COST_FACTOR if cure else 1.0)
    if cost > allowed:
        reasons.append(_flow("plan_cost_bps_equity", cost, allowed, case))
    premium, (most, words) = 10_000.0 * _premium(case, action) / equity, premium_budget(case, action.kind)
    if premium > most * (1.0 + 1e-9) and not cure:
        reasons.append(f"premium_week_bps_equity: {premium:.4g}, {words}")
    return tuple(reasons)


def premium_budget(case: Situation, kind: ActionKind) -> tuple[float, str]:
    """The premium in bp of equity that one plan may pay, and whose limit that is: the persona's, or its strategies'."""
    limit = case.persona.premium_week_bps_equity
    own = case.strategy.allowance(kind, "premium_week_bps_equity")
    if own is not None and own < limit:
        return own, f"budget.premium_week_bps_equity {own:g} of strategy {case.strategy.name}"
    return limit, f"premium_week_bps_equity {limit:g} of {case.persona.name}"


def _premium(case: Situation, action: CandidateAction) -> float:
    """USD of premium paid for the options that an action opens; buying back what is short spends no budget."""
    paid = 0.0
    for leg in action.legs:
        listed = case.view.market.instruments[leg.id]
        held, traded = float(case.view.effective[case.view.table.row[leg.id]]), float(leg.contracts)
        opened = max(held + traded, 0.0) - max(held, 0.0)
        if listed.is_option and opened > 0.0:
            paid += premium_usd(listed, opened, leg.price, case.view.index[listed.base])
    return paid


def _added_risk(case: Situation, action: CandidateAction) -> tuple[str, ...]:
    """What only a plan that adds risk is refused for: unknown inputs, and a venue that holds too much already."""
    listed = case.view.market.instruments
    blind = any(listed[leg.id].base in case.without_volatility for leg in action.legs) and not cures(case, action)
    if action.terms.risk >= case.resting.risk - 1e-9 and not blind:
        return ()
    unknown = [f"adds risk while unknown: {item}" for item in action.after.measures.unknown]
    coins = sorted({listed[leg.id].base for leg in action.legs} & case.doubts.keys())
    unknown += [f"adds risk while the price of {coin} is in doubt: {case.doubts[coin]}" for coin in coins]
    return (*gate_refusals(case, action), *unknown, *_crowded(case, action))


def _crowded(case: Situation, action: CandidateAction) -> tuple[str, ...]:
    """Venues beyond their share of equity that an action adds risk through; what cures a breach may trade anywhere."""
    cap, shares = case.persona.venue_share_pct_max, case.view.venue_shares() if case.view.portfolio.pools else {}
    full = [
        venue
        for venue in sorted({leg.venue for leg in action.legs})
        if len(shares) > 1 and shares.get(venue, 0.0) > cap
    ]
    if not full or cures(case, action):
        return ()
    return tuple(
        f"venue_share_pct_max: {venue} holds {shares[venue]:.4g} % of equity, limit {cap:g} of {case.persona.name}; "
        "adds risk there"
        for venue in full
    )


def _over_budget(case: Situation, action: CandidateAction) -> tuple[str, ...]:
    """What the strategies that ask for an action may add: reducing risk is never scaled by a budget."""
    if action.duty or action.terms.risk >= case.resting.risk - 1e-9:
        return ()
    most = case.strategy.allowance(action.kind, "added_notional_pct_equity")
    added = 100.0 * _added_notional(case, action) / max(case.equity_usd, 1.0)
    if most is None or added <= most:
        return ()
    return (f"budget.added_notional_pct_equity: {added:.4g}, budget {most:g} of strategy {case.strategy.name}",)


def _added_notional(case: Situation, action: CandidateAction) -> float:
    """USD by which legs make positions larger; what closes a position adds nothing."""
    added = 0.0
    for leg in action.legs:
        held, traded = float(case.view.effective[case.view.table.row[leg.id]]), float(leg.contracts)
        grown = max(abs(held + traded) - abs(held), 0.0)
        added += _order_notional(case, leg) * grown / abs(traded)
    return added


def _order_notional(case: Situation, leg: Leg) -> float:
    return order_notional(case.view.market.instruments[leg.id], leg, case.view.index)


def _flow(name: str, value: float, bound: float, case: Situation) -> str:
    return f"{name}: {value:.4g}, limit {bound:g} of {case.persona.name}"


def _shown(value: float | None) -> str:
    return "none" if value is None else f"{value:.4g}"
