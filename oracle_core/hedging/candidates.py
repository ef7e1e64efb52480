"""From a priced book to everything a desk would weigh: hold first, then each family."""

from dataclasses import dataclass, replace

from oracle_core.domain.hedge import CandidateAction, Terms
from oracle_core.hedging.delta import delta_hedges
from oracle_core.hedging.evaluate import hold
from oracle_core.hedging.objective import terms
from oracle_core.hedging.situation import Situation
from oracle_core.playbook.blend import Blend
from oracle_core.playbook.persona import Persona
from oracle_core.risk.outlook import outlook
from oracle_core.risk.variance import variance_model
from oracle_core.risk.view import BookView
from oracle_core.risk.volatility import horizon_volatilities

_NOTHING = Terms(execution=0.0, carry=None, edge=None, risk=0.0, capital=0.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """The candidates of a situation, not yet screened, and why other instruments gave none."""

    case: Situation
    candidates: tuple[CandidateAction, ...]
    left_out: dict[str, str]


def situation(view: BookView, strategy: Blend, persona: Persona) -> Situation:
    """Read the volatilities and weigh doing nothing."""
    hours = max(strategy.horizon_hours, 1.0)
    vols = horizon_volatilities(view.market, view.coins, hours, view.forwards)
    missing = tuple(coin for coin in view.coins if coin not in vols)
    bare = Situation(
        view=view, strategy=strategy, persona=persona, hours=hours, vols=vols, without_volatility=missing,
        model=variance_model(view, hours, vols), hold=outlook(view), resting=_NOTHING,
    )  # fmt: skip
    return replace(bare, resting=terms(bare, view.effective, bare.hold, 0.0))


def propose(view: BookView, strategy: Blend, persona: Persona) -> Proposal:
    """Hold, and every candidate of every family."""
    case = situation(view, strategy, persona)
    hedges = delta_hedges(case)
    left_out = {str(key): reason for key, reason in view.left_out.items()} | hedges.left_out
    return Proposal(case=case, candidates=(hold(case), *hedges.candidates), left_out=left_out)
