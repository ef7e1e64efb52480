"""Losses that stop the desk by themselves: a day's loss reduces it, a drawdown halts it, until a person resumes."""

from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple

from oracle_core.domain.trading import TradingState
from oracle_core.journal.states import RESUMED, halt, reduce, trading_state
from oracle_core.journal.store import Journal
from oracle_core.playbook.persona import Persona

EQUITY = "equity"
ACTOR = "trip"


class EquityMark(NamedTuple):
    """What the paper account was worth at a market's moment, in USD."""

    at: datetime
    usd: float


def watch(journal: Journal, persona: Persona, now: EquityMark) -> TradingState:
    """Mark the account's equity, latch what it trips, and say what state the desk is in from here on.

    A day's loss counts from the first mark of the day (UTC), a drawdown from the highest mark; both from the last
    resume on, so that a person's resume is not undone by the loss that the person looked at.
    """
    marks = [*_marks(journal), now]
    if len(marks) == 1 or marks[-2] != now:
        journal.append(EQUITY, {"usd": now.usd}, now.at)
    state = trading_state(journal)
    today = next(mark.usd for mark in marks if mark.at.date() == now.at.date())
    lost, fallen = _loss_pct(today, now.usd), _loss_pct(max(mark.usd for mark in marks), now.usd)
    if fallen > persona.drawdown_pct_equity and state is not TradingState.HALTED:
        reason = f"drawdown_pct_equity: {fallen:.2f} %, limit {persona.drawdown_pct_equity:g} of {persona.name}"
        halt(journal, now.at, actor=ACTOR, reason=reason)
    elif lost > persona.daily_loss_pct_equity and state is TradingState.ACTIVE:
        reason = f"daily_loss_pct_equity: {lost:.2f} %, limit {persona.daily_loss_pct_equity:g} of {persona.name}"
        reduce(journal, now.at, actor=ACTOR, reason=reason)
    return trading_state(journal)


def _marks(journal: Journal) -> list[EquityMark]:
    resumed = journal.last(RESUMED)
    found: list[EquityMark] = []
    for entry in journal.entries(EQUITY, 0 if resumed is None else resumed.seq):
        body = entry.value
        usd = body.get("usd") if isinstance(body, Mapping) else None
        if isinstance(usd, float | int):
            found.append(EquityMark(entry.at, float(usd)))
    return found


def _loss_pct(before: float, now: float) -> float:
    return 100.0 * (before - now) / before if before > 0.0 else 0.0
