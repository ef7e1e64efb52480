"""What a desk is told of its pools, and what a stop may do to a hedged pair: never leave one leg of it standing."""

from decimal import Decimal

import pytest
import worlds

from oracle_core.domain.hedge import ActionKind, CandidateAction, Status
from oracle_core.domain.instrument import MarginTier
from oracle_core.domain.moment import Since
from oracle_core.domain.occasion import Urgency
from oracle_core.domain.portfolio import Portfolio
from oracle_core.hedging.candidates import propose
from oracle_core.hedging.evaluate import evaluate
from oracle_core.hedging.limits import refusals
from oracle_core.hedging.screen import screen
from oracle_core.playbook.load import list_strategies
from oracle_core.risk.outlook import outlook
from tests.hedging import past

TIERS = (MarginTier(up_to_notional=None, initial=0.02, maintenance=0.01),)
NEAR, FAR = (worlds.perpetual(venue=venue, tiers=TIERS) for venue in ("near", "far"))
SPOT = 100_000.0
MARKET = worlds.market(
    [(leg, worlds.quoted(leg, SPOT)) for leg in (NEAR, FAR)], volatility_index={"BTC": 0.5},
)  # fmt: skip


def pair(coins: float, near: float, far: float = 900_000.0) -> Portfolio:
    """Long on one venue, short on the other, each behind its own equity."""
    pools = (worlds.pool("near", "near", near), worlds.pool("far", "far", far))
    return worlds.book({"USD": near + far}, worlds.held(NEAR, coins), worlds.held(FAR, -coins), pools=pools)


@pytest.mark.requirement("RSK-01")
@pytest.mark.parametrize(
    ("persona", "told"),
    [
        ("cautious", Urgency.NOW),  # 45 % used: beyond 30
        ("conservative", Urgency.NOW),
        ("balanced", Urgency.SOON),  # within a fifth of 50
        ("aggressive", None),  # 65 and 80 are far
        ("degen", None),
    ],
)
def test_the_use_of_a_pool_is_its_hand_value_and_the_alert_comes_at_the_level_of_the_persona(
    persona: str, told: Urgency | None
) -> None:
    # 4.5 coins at 100,000 need 2 % to open and 1 % to keep: 9,000 and 4,500 of 20,000.
    case = past.facing(pair(4.5, 20_000.0), MARKET, persona=worlds.who(persona))
    pool = next(pool for pool in case.hold.pools if pool.pool == "near")
    assert (pool.margin_use_pct, pool.margin_ratio_pct) == (pytest.approx(45.0), pytest.approx(22.5))
    assert pool.headroom_usd == pytest.approx(11_000.0)
    found = [item for item in past.fired(case, "margin") if item.reason.startswith("margin use of near")]
    assert [item.urgency for item in found] == ([] if told is None else [told])
    assert all(item.alert and "45 %" in item.reason for item in found)


@pytest.mark.requirement("RSK-05")
@pytest.mark.parametrize("persona", ["cautious", "conservative", "balanced", "aggressive", "degen"])
def test_leverage_up_to_the_persona_s_own_cap_passes_and_beyond_it_is_refused(persona: str) -> None:
    leg = worlds.perpetual(tiers=(MarginTier(up_to_notional=None, initial=0.002, maintenance=0.001),))
    snapshot = worlds.market([(leg, worlds.quoted(leg, SPOT))], volatility_index={"BTC": 0.5})
    who = worlds.who(persona)
    cap = who.gross_leverage
    assert cap <= worlds.who("degen").gross_leverage == 10.0
    case = worlds.facing(
        worlds.book({"USD": 1e6}, pools=(worlds.pool("one", leg.venue, 1e6),)), snapshot, who, coins=("BTC",)
    )

    def refused(times: float) -> bool:
        coins = Decimal(str(round(times * 1e6 / SPOT, 3)))
        said = refusals(case, evaluate(case, ActionKind.TO_TARGET, "BTC", {leg.id: coins}))
        return any(reason.startswith("gross_leverage") for reason in said)

    allowed = {times for times in (0.99, 1.0, 2.0, 3.0, 5.0, 10.0, 50.0, 100.0) if not refused(times)}
    assert allowed == {times for times in (0.99, 1.0, 2.0, 3.0, 5.0, 10.0) if times <= cap}


def naked(action: CandidateAction) -> float:
    """Coins that nothing offsets once an action is done."""
    return abs(next(item.net_delta for item in action.after.exposures if item.coin == "BTC"))


@pytest.mark.requirement("RSK-20")
@pytest.mark.parametrize("name", [found.value.name for found in list_strategies()])
@pytest.mark.parametrize("pnl", [0.0, -1e5])
def test_no_strategy_s_stop_leaves_one_leg_of_a_hedged_pair_standing(name: str, pnl: float) -> None:
    rule = past.asking(name, pnl_stop_bps_equity=25.0)
    case = past.facing(pair(5.0, 30_000.0), MARKET, rule, Since(pnl_usd={name: pnl}))
    assert bool(past.fired(case, "pnl_stop")) is (pnl < 0.0)
    offered = [item for item in screen(case, propose(case).candidates) if item.status is not Status.REFUSED]
    trading = [item for item in offered if item.legs]
    assert any({leg.venue for leg in item.legs} == {"near", "far"} for item in trading)
    for action in trading:
        assert naked(action) == pytest.approx(0.0, abs=1e-9), action.notes


@pytest.mark.requirement("RSK-20")
def test_closing_one_leg_of_a_hedged_pair_by_itself_is_refused() -> None:
    case = past.facing(pair(5.0, 300_000.0), MARKET, past.asking(pnl_stop_bps_equity=25.0),
                       Since(pnl_usd={"delta_neutral": -1e5}))  # fmt: skip
    alone = evaluate(case, ActionKind.CLOSE, "BTC", {NEAR.id: Decimal("-5")})
    assert any("gate pnl_stop" in reason for reason in refusals(case, alone))
    assert outlook(case.view).measures.net_delta_pct_equity == pytest.approx(0.0, abs=1e-9)
