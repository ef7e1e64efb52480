"""Why a candidate stands where it stands: every term with its inputs, every limit with its values."""

from oracle_core.domain.canonical import Json
from oracle_core.domain.hedge import INSTRUCTIONS, CandidateAction, Status
from oracle_core.domain.limits import FLOORS, STATE_LIMITS, excess
from oracle_core.domain.plan import Plan
from oracle_core.domain.record import CycleRecord
from oracle_core.hedging.situation import Situation
from oracle_core.pricing.carry import HALF_LIFE_HOURS


def explained_terms(case: Situation, action: CandidateAction) -> list[Json]:
    """The five terms of the objective for a candidate and for hold, in USD, each with its formula and inputs."""
    resting, persona = case.resting, case.persona
    vols = ", ".join(f"{coin} {100.0 * vol.value:.2f} %" for coin, vol in sorted(case.vols.items()))
    worst = action.after.worst
    worst_text = f"worst {worst.pnl_usd:,.2f} USD at spot {worst.spot_pct:+.0f} %"
    rows = [
        (
            "execution", action.terms.execution, resting.execution,
            "-(fees + half-spread + slippage) x (1 + churn)",
            f"cost now {action.cost.total:,.2f} USD; churn is the coin's H1/H0, the trades still to come",
        ),
        (
            "carry", action.terms.carry, resting.carry,
            "-sum N (mean h + (now - mean) tau(h)), income after the haircut",
            f"h {case.hours:,.0f} h, half-life {HALF_LIFE_HOURS:g} h, haircut {persona.funding_income_haircut:g}",
        ),
        (
            "edge", action.terms.edge, resting.edge,
            "trust x sum 1/2 Gamma S^2 (forecast^2 - implied^2) h",
            _edge_inputs(case),
        ),
        (
            "risk", action.terms.risk, resting.risk,
            "-1/2 x aversion / equity x Var_h",
            f"aversion {persona.risk_aversion:g}, equity {case.equity_usd:,.2f} USD, volatility {vols}",
        ),
        (
            "capital", action.terms.capital, resting.capital,
            "-rate x life x (worst loss - soft share of its limit)+",
            f"rate {persona.stress_capital_rate_per_year:g} a year, {worst_text}, soft from {_soft(case):,.2f} USD",
        ),
    ]  # fmt: skip
    return [
        {"term": name, "usd": value, "hold_usd": rest, "formula": formula, "inputs": inputs}
        for name, value, rest, formula, inputs in rows
    ]


def way(record: CycleRecord, action: CandidateAction) -> list[Json]:
    """From the question to the plan in steps: what was weighed, how it ranked, who chose, and what was ruled."""
    made, plan = record.recommendation, record.plan
    counts = {status: sum(item.status is status for item in made.candidates) for status in Status}
    weighed = ", ".join(f"{number} {status.value}" for status, number in counts.items() if number)
    gated = sum(any(reason.startswith("gate ") for reason in item.reasons) for item in made.candidates)
    stopped = f"; gates refuse {gated} of them" if gated else ""
    picked = ", ".join(item.label for item in made.candidates if item.id in made.chosen) or "nothing"
    sent = "nothing is sent" if plan is None else f"plan {plan.hash[:12]} of {_orders(plan)}, for a person to approve"
    return [
        f"asked by {record.reason}, decided by strategy {made.strategy} and persona {made.persona}",
        f"{len(made.candidates)} candidates weighed: {weighed}{stopped}",
        f"{action.label} {action.kind.value} ranks {action.rank} of {len(made.candidates)}",
        f"{made.advisor.name} chose {picked}",
        f"guardrails: {record.verdict.ruling.value}; {sent}",
    ]


def _orders(plan: Plan) -> str:
    number = sum(len(leg.children) for leg in plan.legs)
    return "1 order" if number == 1 else f"{number} orders"


def explained_limits(case: Situation, action: CandidateAction) -> list[Json]:
    """Every state limit of the persona: before, after, bound, and whether it binds."""
    limits = case.persona.state_limits()
    rows: list[Json] = []
    for name in STATE_LIMITS:
        bound: float = getattr(limits, name)
        before, after = action.before.measures.value(name), action.after.measures.value(name)
        was, will = excess(name, before, bound), excess(name, after, bound)
        rows.append(
            {
                "limit": name,
                "sense": "floor" if name in FLOORS else "ceiling",
                "before": before,
                "after": after,
                "bound": bound,
                "breach_before": was,
                "breach_after": will,
                "binds": will > was + 1e-9,
            }
        )
    return rows


def what_would_change(action: CandidateAction, best: CandidateAction) -> list[Json]:
    """What would have to be different for a candidate to be chosen."""
    if action.id == best.id:
        return []
    needs: list[Json] = []
    if action.status is Status.REFUSED:
        needs += [f"lift: {reason}" for reason in action.reasons]
    short = best.benefit - action.benefit
    if action.kind in INSTRUCTIONS:
        return needs
    if action.breach > best.breach:
        needs.append(f"a breach of no more than {best.breach:.3f}: the least breach comes before any benefit")
    elif short > 0.0:
        needs.append(f"{short:,.2f} USD more benefit; its cost with churn is {abs(action.terms.execution):,.2f} USD")
    return needs


def _edge_inputs(case: Situation) -> str:
    if not case.forecasts:
        return "absent: there is no forecast of realised volatility"
    if case.strategy.targets.gamma_1pct_pct_equity is None:
        return "0: the strategy states no gamma target"
    made = ", ".join(f"{coin} {100.0 * found.value:.2f} %" for coin, found in sorted(case.forecasts.items()))
    return f"trust {case.persona.vol_forecast_trust:g}, forecast {made}"


def _soft(case: Situation) -> float:
    persona = case.persona
    return persona.stress_soft_pct_of_limit * persona.stress_loss_pct_equity / 10_000.0 * case.equity_usd
