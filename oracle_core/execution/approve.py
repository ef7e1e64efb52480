"""A person's yes to one plan: what makes it void, and the one entry that spends it and announces its orders."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from oracle_core.domain.canonical import content_hash
from oracle_core.domain.market import MarketSnapshot
from oracle_core.domain.plan import Approval, Order, Plan, PlanLeg, client_order_id
from oracle_core.domain.trading import TradingState
from oracle_core.errors import InputError, JournalError, RefusedError
from oracle_core.journal.decode import decode
from oracle_core.journal.entry import Entry
from oracle_core.journal.states import trading_state
from oracle_core.journal.store import Journal

APPROVED = "approved"


@dataclass(frozen=True, slots=True, kw_only=True)
class Intent:
    """What is about to be sent, written down before any venue sees it. `mode` says whose orders these are."""

    approval: Approval
    plan: Plan
    orders: tuple[Order, ...]
    mode: str
    trading_state: TradingState


def approve(
    plan: Plan, plan_hash: str, market: MarketSnapshot, *, collar_bps: float, option_collar_bps: float, actor: str,
    mode: str, state: TradingState, now: datetime,
) -> Intent:  # fmt: skip
    """The approval of exactly this plan in today's market, and its orders; nothing is sent or written.

    Args:
        plan_hash: the plan that the person said yes to.    market: re-quoted, and admitted.
        collar_bps, option_collar_bps: how far the price may have moved since the plan, in basis points of it.
    Raises: RefusedError: the approval is void, with every reason.
    """
    reasons = [
        *_stale(plan, plan_hash, now),
        *([f"the desk is `{state}`"] if state is TradingState.HALTED else []),
        *(reason for leg in plan.legs for reason in _moved(leg, market, collar_bps, option_collar_bps)),
        *_other_terms(plan, market),
    ]
    if reasons:
        raise RefusedError("The approval is void: " + "; ".join(reasons))
    approval = Approval(
        plan_hash=plan.hash, cycle_id=plan.cycle_id, actor=actor, approved_at=now, expires_at=plan.expires_at
    )  # fmt: skip
    return Intent(approval=approval, plan=plan, orders=orders(plan, mode), mode=mode, trading_state=state)


def commit(journal: Journal, intent: Intent, at: datetime) -> Entry:
    """Spend the approval and announce its orders, in one entry. It can be done once for a plan, by anyone.

    Raises: RefusedError: the plan was approved before, or the desk was halted meanwhile. JournalError: nothing is
        written, so nothing may be sent.
    """
    if trading_state(journal) is not intent.trading_state:
        raise RefusedError(
            f"The desk is `{trading_state(journal)}`, and was `{intent.trading_state}` when it was asked"
        )
    return journal.append(APPROVED, intent, at, once=approval_name(intent.plan.hash))


def load_intent(journal: Journal, plan_hash: str) -> Intent:
    """What was approved and announced.

    Raises: RefusedError: the plan was not approved. JournalError: the entry cannot be read.
    """
    entry = journal.once(approval_name(plan_hash))
    if entry is None:
        raise RefusedError(f"Plan `{plan_hash[:12]}` was not approved: nothing is sent")
    try:
        return decode(Intent, entry.body)
    except (ValueError, InputError) as error:
        raise JournalError(f"{journal.path}: entry {entry.seq} is no approval: {error}") from error


def approval_name(plan_hash: str) -> str:
    """The name that an approval takes in the journal, once."""
    return f"{APPROVED}:{plan_hash}"


def orders(plan: Plan, mode: str) -> tuple[Order, ...]:
    """The child orders of a plan, what only reduces first. The same plan has the same client ids everywhere."""
    numbered = sorted(enumerate(plan.legs), key=lambda item: (not item[1].reduce_only, item[0]))
    return tuple(
        Order(
            client_id=client_order_id(mode, plan.hash, number, child), plan_hash=plan.hash, venue=leg.venue,
            symbol=leg.symbol, contracts=contracts, limit_price=leg.limit_price, style=leg.style,
            reduce_only=leg.reduce_only,
        )
        for number, leg in numbered
        for child, contracts in enumerate(leg.children or (leg.contracts,))
    )  # fmt: skip


def terms_hash(plan: Plan, market: MarketSnapshot) -> str:
    """The contracts' terms that a plan rests on: another size, tick or expiry is another plan."""
    return content_hash([market.instruments.get(leg.id) for leg in plan.legs])


def _stale(plan: Plan, plan_hash: str, now: datetime) -> Iterator[str]:
    if plan.hash != plan_hash:
        yield f"it was given to plan `{plan_hash[:12]}`, and this is `{plan.hash[:12]}`"
    if now >= plan.expires_at:
        yield f"the plan expired at {plan.expires_at.isoformat()}"


def _moved(leg: PlanLeg, market: MarketSnapshot, collar_bps: float, option_collar_bps: float) -> Iterator[str]:
    problem = market.problem(leg.id)
    if problem is not None:
        yield f"{leg.symbol}: no usable quote ({problem})"
        return
    quote, listed = market.quotes[leg.id], market.instruments[leg.id]
    buys = leg.contracts > 0
    touch = quote.best_ask if buys else quote.best_bid
    if touch is None:
        yield f"{leg.symbol}: nobody stands on the {'ask' if buys else 'bid'} any more"
        return
    collar = option_collar_bps if listed.is_option else collar_bps
    away = 10_000.0 * abs(touch / leg.expected_price - 1.0)
    if not away <= collar:
        yield f"{leg.symbol}: the price moved {away:.1f} bps, {leg.expected_price:g} → {touch:g}, above {collar:g}"
    if not (touch <= leg.limit_price if buys else touch >= leg.limit_price):
        yield f"{leg.symbol}: {touch:g} is beyond the limit price {leg.limit_price:g}"


def _other_terms(plan: Plan, market: MarketSnapshot) -> Iterator[str]:
    if terms_hash(plan, market) != plan.market_hash:
        yield "the terms of a contract changed since the plan"
