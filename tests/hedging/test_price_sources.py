"""Where two sources disagree about a coin's price, nothing adds risk in it, and the card says so."""

from datetime import timedelta
from decimal import Decimal

import pytest
import worlds

from oracle_core.desk.docket import Bench, docket
from oracle_core.desk.wording import situation_notes
from oracle_core.domain.hedge import ActionKind, CandidateAction, Pick
from oracle_core.domain.verdict import Ruling
from oracle_core.errors import MarketDataError
from oracle_core.execution.plan import PlanRules, build_plan
from oracle_core.guardrails.rails import price_sources
from oracle_core.hedging.evaluate import evaluate
from oracle_core.hedging.limits import refusals
from oracle_core.hedging.situation import Situation
from oracle_core.reading.prices import cross_check, doubted
from tests.guardrails.cases import CAPS, DESK

NEAR, FAR = worlds.perpetual("BTC"), worlds.perpetual("BTC", venue="far")
ETHER = worlds.perpetual("ETH")
PRICE = 100_000.0


def holding(coins: float, apart_pct: float) -> Situation:
    """Coins of a perpetual whose twin on another venue stands so much higher; and a coin of which nothing is odd."""
    other = PRICE * (1.0 + apart_pct / 100.0)
    pairs = [(NEAR, worlds.quoted(NEAR, PRICE)), (FAR, worlds.quoted(FAR, other, index=PRICE)),
             (ETHER, worlds.quoted(ETHER, 3_000.0))]  # fmt: skip
    market = worlds.market(pairs, volatility_index={"BTC": 0.5, "ETH": 0.6})
    portfolio = worlds.book({"USD": 1e6}, worlds.held(NEAR, coins), worlds.held(ETHER, 1.0))
    return worlds.facing(portfolio, market, worlds.unlimited("balanced"), options=(NEAR, FAR, ETHER))


def ruling(case: Situation, action: CandidateAction) -> Ruling:
    rules = PlanRules(
        collar_bps=50.0, option_collar_bps=1_000.0, time_to_live=timedelta(minutes=5), order_cap_usd=1e9
    )  # fmt: skip
    plan = build_plan("a-cycle", action, (Pick(id=action.id),), case.view, rules)
    (found,) = price_sources.RAIL.check(docket(Bench(caps=CAPS, rules=DESK), case, plan, action, worlds.NOW))
    return found.ruling


@pytest.mark.requirement("MKT-09")
@pytest.mark.parametrize(
    ("apart", "listed", "coins", "passes"),
    [
        (2.1, NEAR, "0.5", False),
        (-2.1, NEAR, "0.5", False),
        (2.1, NEAR, "-0.5", True),  # lowers risk: flagged, not refused
        (1.9, NEAR, "0.5", True),
        (2.1, ETHER, "1", True),  # the coin whose sources agree
    ],
)
def test_two_sources_two_per_cent_apart_let_nothing_add_risk_in_their_coin(
    apart: float, listed, coins: str, passes: bool
) -> None:
    case = holding(2.0, apart)
    action = evaluate(case, ActionKind.ESTABLISH, listed.base, {listed.id: Decimal(coins)})
    against = [reason for reason in refusals(case, action) if "in doubt" in reason]
    assert (not against) is passes
    assert (ruling(case, action) is Ruling.ALLOW) is passes
    assert any("price of BTC in doubt" in note for note in situation_notes(case)) is (abs(apart) > 2.0)


@pytest.mark.requirement("MKT-09")
def test_a_source_older_than_the_limit_is_not_relied_on() -> None:
    old = worlds.quoted(NEAR, PRICE, as_of=worlds.NOW - worlds.MAX_AGE - timedelta(seconds=1))
    market = worlds.market([(NEAR, old), (FAR, worlds.quoted(FAR, PRICE * 1.05))])
    assert not doubted(market, ["BTC"]) or "deribit" not in str(cross_check(market, "BTC"))
    with pytest.raises(MarketDataError, match="stale: 61 s old"):
        worlds.seen(worlds.book({"USD": 1e6}, worlds.held(NEAR, 1.0)), market)


@pytest.mark.requirement("MKT-08")
@pytest.mark.parametrize(("off", "alert"), [(0.006, True), (0.004, False), (-0.006, True)])
def test_a_perpetual_beyond_its_limit_from_the_index_is_an_alert_on_the_card(off: float, alert: bool) -> None:
    pairs = [(NEAR, worlds.quoted(NEAR, PRICE * (1.0 + off), index=PRICE))]
    market = worlds.market(pairs, volatility_index={"BTC": 0.5})
    case = worlds.facing(worlds.book({"USD": 1e6}, worlds.held(NEAR, 1.0)), market, worlds.who())
    said = [note for note in situation_notes(case) if note.startswith("ALERT")]
    assert bool(said) is alert
    assert not alert or f"{1e4 * off:+.1f} bp from its index, beyond 50 bp" in said[0]
