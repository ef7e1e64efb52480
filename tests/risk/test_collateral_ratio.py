"""Vaults and exchanges on chains ask for collateral: short of it, a pool only reduces."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
import worlds

from oracle_core.desk.docket import Bench, docket
from oracle_core.domain.hedge import ActionKind, CandidateAction, Pick
from oracle_core.domain.instrument import Instrument, MarginTier
from oracle_core.domain.verdict import Finding, Ruling
from oracle_core.execution.plan import PlanRules, build_plan
from oracle_core.guardrails.rails import collateral_ratio
from oracle_core.hedging.candidates import situation
from oracle_core.hedging.evaluate import evaluate
from oracle_core.hedging.limits import refusals
from oracle_core.hedging.situation import Situation
from oracle_core.risk.outlook import outlook
from oracle_core.risk.view import view_book
from tests.guardrails.cases import CAPS, DESK

TIERS = (MarginTier(up_to_notional=None, initial=0.02, maintenance=0.01),)
VAULT = worlds.perpetual("BTC", venue="vault", tiers=TIERS)
ELSEWHERE = worlds.perpetual("BTC", tiers=TIERS)
PRICE, EQUITY = 100_000.0, 900_000.0


def holding(coins: float, least: float | None) -> Situation:
    """Coins of a perpetual in a vault with 900,000 USD, beside an exchange that asks for nothing."""
    vault = replace(worlds.pool("vault", "vault", EQUITY), collateral_ratio_pct_min=least)
    positions = (worlds.held(VAULT, coins),) if coins else ()
    pools = (vault, worlds.pool("exchange", "deribit", EQUITY))
    portfolio = worlds.book({"USD": 2.0 * EQUITY}, *positions, pools=pools)
    pairs = [(listed, worlds.quoted(listed, PRICE)) for listed in (VAULT, ELSEWHERE)]
    market = worlds.market(pairs, volatility_index={"BTC": 0.5})
    return situation(view_book(portfolio, market, coins=("BTC",)), worlds.rules(), worlds.unlimited("balanced"))


def trading(case: Situation, listed: Instrument, coins: str) -> CandidateAction:
    return evaluate(case, ActionKind.PARTIAL, "BTC", {listed.id: Decimal(coins)})


def ruled(case: Situation, action: CandidateAction) -> tuple[Finding, ...]:
    """What the rail says of the action's plan, whatever the engine said."""
    rules = PlanRules(
        collar_bps=50.0, option_collar_bps=1_000.0, time_to_live=timedelta(minutes=5), order_cap_usd=1e9
    )  # fmt: skip
    plan = build_plan("a-cycle", action, (Pick(id=action.id),), case.view, rules)
    return collateral_ratio.RAIL.check(docket(Bench(caps=CAPS, rules=DESK), case, plan, action, worlds.NOW))


def test_the_ratio_of_a_pool_is_its_equity_over_its_gross_exposure() -> None:
    pools = {found.pool: found for found in outlook(holding(9.0, 150.0).view).pools}
    assert pools["vault"].collateral_ratio_pct == pytest.approx(100.0)
    assert pools["vault"].under_collateralised
    assert pools["exchange"].collateral_ratio_pct is None
    assert not pools["exchange"].under_collateralised
    assert not outlook(holding(6.0, 150.0).view).pools[0].under_collateralised


@pytest.mark.requirement("RSK-10")
@pytest.mark.parametrize(
    ("held", "least", "listed", "coins", "passes"),
    [
        (9.0, 150.0, VAULT, "-3", True),  # 100 %, and it only reduces
        (9.0, 150.0, VAULT, "0.1", False),  # adds to what is short of collateral
        (9.0, 150.0, VAULT, "-9.1", False),  # passes zero: a new position
        (9.0, 150.0, ELSEWHERE, "-9", True),  # another pool, which asks for nothing
        (9.0, None, VAULT, "0.1", True),
        (5.0, 150.0, VAULT, "0.9", True),  # 180 % to 152.5 %
        (5.0, 150.0, VAULT, "1.1", False),  # 180 % to 147.5 %: a new breach
        (0.0, 150.0, VAULT, "-7", False),
    ],
)
def test_a_pool_short_of_its_collateral_only_reduces_for_engine_and_rail_alike(
    held: float, least: float | None, listed: Instrument, coins: str, passes: bool
) -> None:
    case = holding(held, least)
    action = trading(case, listed, coins)
    against = [reason for reason in refusals(case, action) if reason.startswith("collateral_ratio_pct_min")]
    findings = ruled(case, action)
    assert (not against) is passes
    assert all(found.ruling is Ruling.ALLOW for found in findings) is passes
    assert passes or "collateral_ratio_pct_min" in findings[0].why


@pytest.mark.requirement("RSK-10")
@pytest.mark.parametrize(("where", "passes"), [("vault", False), ("second", True)])
def test_of_two_pools_of_a_venue_only_the_one_that_is_short_is_bound(where: str, passes: bool) -> None:
    vault = replace(worlds.pool("vault", "vault", EQUITY), collateral_ratio_pct_min=150.0)
    pools = (worlds.pool("second", "vault", EQUITY), vault)
    other = replace(VAULT, symbol="BTC/USDT:USDT", quote="USDT", settle="USDT")
    positions = (worlds.held(VAULT, 9.0, pool="vault"), worlds.held(other, 1.0, pool="second"))
    market = worlds.market(
        [(listed, worlds.quoted(listed, PRICE)) for listed in (VAULT, other)], volatility_index={"BTC": 0.5}
    )
    portfolio = replace(worlds.book({"USD": 2.0 * EQUITY}, pools=pools), positions=positions)
    case = worlds.facing(portfolio, market, worlds.unlimited("balanced"))
    action = trading(case, VAULT if where == "vault" else other, "0.1")
    against = [reason for reason in refusals(case, action) if reason.startswith("collateral_ratio_pct_min")]
    assert (not against) is passes
    assert all(found.ruling is Ruling.ALLOW for found in ruled(case, action)) is passes
