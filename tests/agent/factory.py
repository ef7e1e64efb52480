"""Candidates, questions and replies made by hand, for the agent's tests and its evals."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

from oracle_core.agent.advisor import ReplayAdvisor
from oracle_core.agent.ending import Ending
from oracle_core.agent.question import Question
from oracle_core.agent.reply import Reply, Transcript
from oracle_core.domain.exposure import Exposure, Outlook, StressCell
from oracle_core.domain.hedge import ActionKind, CandidateAction, Cost, Leg, Pick, Status, Terms, candidate_id
from oracle_core.domain.limits import StateMeasures

AS_OF = datetime(2026, 1, 2, tzinfo=UTC)
FACTS = {"net_delta": "-3.554 ETH", "options_delta": "-4.509 ETH", "equity_usd": "$25,000.00"}
PERPETUAL = ("binanceusdm", "ETH/USDT:USDT")
STORED = ReplayAdvisor(
    reply=Transcript(
        model="reference", prompt=None, offered=["c1"], attempts=[Reply(ending=Ending.TIMEOUT)]
    ).text()
)  # fmt: skip
"""A model that was asked and never answered: the whole graph without a server."""


def outlook(net_delta: float, worst: float = -4_000.0) -> Outlook:
    """A book of one coin, at 2,000 USD."""
    exposure = Exposure(
        coin="ETH",
        options_delta=-4.509,
        net_transaction_delta=-4.509,
        perpetual_delta=net_delta + 4.509,
        future_delta=0.0,
        spot_delta=0.0,
        collateral_delta=0.0,
        net_delta=net_delta,
        delta_usd=net_delta * 2_000.0,
        gamma_1pct_usd=-900.0,
        vega_usd_per_point=-45.0,
        theta_usd_per_day=60.0,
        funding_usd_per_day=None,
    )
    measures = StateMeasures(
        net_delta_pct_equity=abs(net_delta) * 8.0,
        gamma_1pct_pct_equity=3.6,
        vega_point_pct_equity=0.18,
        stress_loss_pct_equity=16.0,
        gross_leverage=0.5,
        margin_use_pct=None,
        liquidation_distance_pct_min=None,
        expiry_gamma_1pct_pct_equity=0.0,
        cross_hedge_pct_equity=0.0,
        venue_share_pct_max=None,
    )
    cell = StressCell(-30.0, 1.5, worst)
    return Outlook(equity_usd=25_000.0, exposures=(exposure,), stress=(cell,), worst=cell, pools=(), measures=measures)


def candidate(
    contracts: str,
    *,
    kind: ActionKind = ActionKind.TO_EDGE,
    coin: str | None = "ETH",
    benefit: float = 0.0,
    rank: int = 0,
    duty: bool = False,
    status: Status = Status.OFFERED,
    venue: str = PERPETUAL[0],
    symbol: str = PERPETUAL[1],
    reasons: tuple[str, ...] = (),
) -> CandidateAction:
    """Buy (+) or sell (-) so many contracts of one coin at 2,000 USD; none is hold."""
    amount = Decimal(contracts)
    notional = float(amount) * 2_000.0
    leg = Leg(venue=venue, symbol=symbol, contracts=amount, coins=float(amount), notional_usd=notional, price=2_000.0)
    legs = (leg,) if amount else ()
    cost = abs(notional) * 0.0005
    return CandidateAction(
        id=candidate_id(kind, {item.id: item.contracts for item in legs}),
        kind=kind,
        coin=coin,
        legs=legs,
        cost=Cost(fee=cost, half_spread=cost / 10, slippage=None, total=cost * 1.1),
        terms=Terms(execution=-cost * 1.1, carry=None, edge=None, risk=-5.0, capital=0.0),
        benefit=benefit,
        breach=0.0,
        before=outlook(-3.554),
        after=outlook(-3.554 + float(amount)),
        duty=duty,
        status=status,
        reasons=reasons,
        rank=rank,
    )


def hold(rank: int = 0) -> CandidateAction:
    return candidate("0", kind=ActionKind.HOLD, coin=None, duty=True, rank=rank)


def straddle() -> tuple[CandidateAction, ...]:
    """The short ETH straddle: band edge, hold, half way and all the way to the target, and one that is refused."""
    return (
        candidate("1.354", benefit=2.60, rank=1),
        hold(rank=2),
        candidate("2.400", kind=ActionKind.PARTIAL, benefit=-1.10, rank=3),
        candidate("3.554", kind=ActionKind.TO_TARGET, benefit=-9.34, rank=4),
        candidate(
            "9.000", kind=ActionKind.PARTIAL, benefit=-80.0, rank=5, status=Status.REFUSED, reasons=("overshoots",)
        ),
    )


def first_offered(candidates: tuple[CandidateAction, ...]) -> tuple[Pick, ...]:
    """The engine's own choice: the best rank that is not refused."""
    best = min((item for item in candidates if item.status is not Status.REFUSED), key=lambda item: item.rank)
    return (Pick(id=best.id),)


def question(
    candidates: Sequence[CandidateAction] | None = None,
    *,
    notes: Sequence[str] = (),
    strategy_guidance: str = "Keep the book near flat.",
    persona_guidance: str = "Measured.",
    facts: Mapping[str, str] = FACTS,
) -> Question:
    return Question(
        as_of=AS_OF,
        candidates=tuple(straddle() if candidates is None else candidates),
        screen=lambda found: found,
        select=first_offered,
        strategy_name="delta_neutral",
        strategy_guidance=strategy_guidance,
        persona_name="balanced",
        persona_guidance=persona_guidance,
        facts=facts,
        notes=tuple(notes),
    )


def with_status(item: CandidateAction, status: Status) -> CandidateAction:
    return replace(item, status=status)


def advice_text(*labels: str, prose: str = "", scale: float = 1, style: str = "taker", abstain: bool = False) -> str:
    """What a well-behaved model sends."""
    choices = [{"id": label, "scale": scale, "style": style} for label in labels]
    advice = {
        "choices": choices,
        "reason_codes": ["reduces_delta"],
        "adjustments": [],
        "prose": prose,
        "confidence": "medium",
        "abstain": abstain,
    }
    return json.dumps(advice)
