"""From a book and a market to everything a desk would weigh: hold first, then each family."""

from collections.abc import Collection
from dataclasses import dataclass, replace

from oracle_core.domain.hedge import CandidateAction, Terms
from oracle_core.domain.instrument import InstrumentId
from oracle_core.domain.market import MarketSnapshot
from oracle_core.domain.moment import NOTHING_BEFORE, Since
from oracle_core.domain.portfolio import Portfolio
from oracle_core.domain.trading import TradingState
from oracle_core.hedging.allowance import allowed_now
from oracle_core.hedging.convergence import venue_groups
from oracle_core.hedging.evaluate import hold
from oracle_core.hedging.families.family import Family
from oracle_core.hedging.families.table import FAMILIES
from oracle_core.hedging.figures import costs_in_units
from oracle_core.hedging.limits import convex_breach
from oracle_core.hedging.objective import terms
from oracle_core.hedging.reversion import ratio_readings
from oracle_core.hedging.situation import Situation
from oracle_core.hedging.smile_move import smile_move
from oracle_core.hedging.triggers.watch import watch
from oracle_core.hedging.universe import Universe, universe, widened
from oracle_core.playbook.blend import Blend
from oracle_core.playbook.persona import Persona
from oracle_core.reading.prices import doubted
from oracle_core.risk.outlook import outlook
from oracle_core.risk.variance import variance_model
from oracle_core.risk.view import BookView, view_book
from oracle_core.risk.volatility import volatility_outlooks

_NOTHING = Terms(execution=0.0, carry=None, edge=None, risk=0.0, capital=0.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """What the desk remembers of the account, and whether it may trade."""

    since: Since = NOTHING_BEFORE
    trading_state: TradingState = TradingState.ACTIVE


FRESH = Past()
"""A desk without history."""

MOST_CANDIDATES = 400
"""More than a desk would read, and than a decision has time to weigh: the rest is cut, and said."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """The candidates of a situation, not yet screened, and why other instruments gave none."""

    case: Situation
    candidates: tuple[CandidateAction, ...]
    left_out: dict[str, str]


def measure(
    portfolio: Portfolio,
    market: MarketSnapshot,
    strategy: Blend,
    persona: Persona,
    also: Collection[InstrumentId] = (),
    *,
    past: Past = FRESH,
) -> Situation:
    """Price the book with everything its strategy may trade, and weigh doing nothing.

    `also` are options to be priced whatever the screen of the universe says: the legs of a plan. A book beyond a limit
    that options bring it back into sees them, whatever its strategy trades. `past` is what the desk remembers, for
    triggers and gates.

    Raises: InputError, MarketDataError: the book cannot be measured in this market.
    """
    found = universe(portfolio, market, strategy)
    view = view_book(portfolio, market, {*found.options, *also}, coins=found.coins)
    case = situation(view, strategy, persona, found, past)
    if found.options or not convex_breach(case):
        return case
    found = widened(portfolio, market, strategy, found)
    if not found.options:
        return case
    view = view_book(portfolio, market, {*found.options, *also}, coins=found.coins)
    return situation(view, strategy, persona, found, past)


def situation(
    view: BookView, strategy: Blend, persona: Persona, found: Universe | None = None, past: Past = FRESH
) -> Situation:
    """Read the volatilities, weigh doing nothing, and hear the triggers."""
    hours = max(strategy.horizon_hours, 1.0)
    vols = volatility_outlooks(view.market, view.coins, hours, view.forwards)
    missing = tuple(coin for coin in view.coins if coin not in vols.used)
    smile = smile_move(view, strategy.hedge_ratio)
    bare = Situation(
        view=view, strategy=strategy, persona=persona, hours=hours, vols=vols.used,
        without_volatility=missing, model=variance_model(view, hours, vols.used, smile.delta),
        hold=outlook(view, vols=vols.used), smile=smile, resting=_NOTHING,
        universe=found or Universe(), forecasts=vols.forecasts, implied=vols.implied, unforecast=vols.unforecast,
        ratios=ratio_readings(view, strategy), since=past.since, venue_groups=venue_groups(view, strategy),
        trading_state=past.trading_state, doubts=doubted(view.market, view.coins),
    )  # fmt: skip
    rested = replace(bare, resting=terms(bare, view.effective, bare.hold, 0.0))
    occasions = watch(rested)
    return replace(
        rested, occasions=occasions, strategy=allowed_now(strategy, persona, past.since, occasions.deployment)
    )  # fmt: skip


def propose(case: Situation) -> Proposal:
    """Hold, and every candidate of every family that the strategy asks for or that has duties."""
    candidates = {action.id: action for action in (hold(case),)}
    left_out = {str(key): reason for key, reason in case.view.left_out.items()} | dict(case.universe.left_out or {})
    for family in FAMILIES:
        if not _asked(case, family):
            continue
        found = family.propose(case)
        for made in found.candidates:
            candidates.setdefault(made.id, replace(made, details=(*made.details, *costs_in_units(case, made))))
        left_out |= found.left_out
    kept = tuple(candidates.values())
    if len(kept) > MOST_CANDIDATES:
        left_out["candidates"] = f"{len(kept) - MOST_CANDIDATES:,} of {len(kept):,} cut: only so many are weighed"
    return Proposal(case=case, candidates=kept[:MOST_CANDIDATES], left_out=left_out)


def _asked(case: Situation, family: Family) -> bool:
    return family.always or not family.kinds.isdisjoint(case.strategy.policies)
