"""What a persona is after decides between equally ranked actions of real families."""

from dataclasses import replace

import pytest
import worlds

from oracle_core.domain.hedge import ActionKind
from oracle_core.domain.instrument import MarginTier
from oracle_core.hedging.families.table import aim
from oracle_core.hedging.screen import screen
from oracle_core.playbook.persona import Objective

PRICE = 100_000.0


@pytest.mark.requirement("PST-05")
@pytest.mark.parametrize(
    ("objective", "leads"),
    [(Objective.VARIANCE, ActionKind.TO_TARGET), (Objective.CARRY, ActionKind.CARRY_OPEN)],
)
@pytest.mark.parametrize("ahead", [0.0, 0.02])
def test_of_a_hedge_and_a_carry_trade_worth_the_same_the_one_the_persona_is_after_leads(
    objective: Objective, leads: ActionKind, ahead: float
) -> None:
    tiers = (MarginTier(up_to_notional=None, initial=0.02, maintenance=0.01),)
    perpetual, owned = worlds.perpetual(tiers=tiers), worlds.spot()
    rate = worlds.quoted(perpetual, PRICE, funding_rate=0.40 * 8 / 8_760, funding_interval_hours=8.0)
    market = worlds.market([(perpetual, rate), (owned, worlds.quoted(owned, PRICE))], volatility_index={"BTC": 0.5})
    persona = worlds.unlimited("balanced").model_copy(update={"objective": objective})
    policies = worlds.rules("funding_carry").members[0].strategy.policies
    band = worlds.rules("delta_neutral").band.model_copy(update={"rehedge_to": "target"})
    strategy = worlds.rules("funding_carry", policies=(*policies, "to_target"), band=band)
    found = worlds.proposed(worlds.book({"USD": 5e6}, worlds.held(perpetual, 3.0)), market, persona, strategy)
    hedge, trade = (
        max((item for item in found.candidates if item.kind is kind), key=lambda item: item.benefit)
        for kind in (ActionKind.TO_TARGET, ActionKind.CARRY_OPEN)
    )
    assert (aim(hedge.kind), aim(trade.kind)) == (Objective.VARIANCE, Objective.CARRY)
    alike = (replace(hedge, benefit=500.0 + ahead, breach=0.0), replace(trade, benefit=500.0, breach=0.0))
    first = screen(found.case, alike)[0]
    # A cent's difference decides before any objective does.
    assert first.kind is (hedge.kind if ahead else leads)
