"""Carry trades cancel in delta, take the best pair of venues, pay their borrow, stay within limits, and close whole."""

from itertools import permutations

import pytest
import worlds
from hypothesis import given, settings
from hypothesis import strategies as st

from oracle_core.domain.hedge import ActionKind, CandidateAction, Status
from oracle_core.domain.instrument import Instrument
from oracle_core.hedging.candidates import Proposal
from oracle_core.hedging.screen import screen
from oracle_core.pricing.carry import annualised_basis, expected_funding
from oracle_core.pricing.funding import annual_rate

SPOT = 100_000.0
YEARLY = 8_760.0


def funded(listed: Instrument, yearly: float, interval: float = 8.0, price: float = SPOT):
    return listed, worlds.quoted(
        listed, price, funding_rate=yearly * interval / YEARLY, funding_interval_hours=interval
    )


def proposal(pairs, *positions, equity: float = 5e6, persona=None, strategy=None) -> Proposal:
    snapshot = worlds.market(pairs, volatility_index={"BTC": 0.5})
    who = persona or worlds.unlimited("balanced").model_copy(update={"funding_income_haircut": 0.0})
    return worlds.proposed(
        worlds.book({"USD": equity}, *positions), snapshot, who, strategy or worlds.rules("funding_carry")
    )


def of_kind(found: Proposal, kind: ActionKind) -> list[CandidateAction]:
    return [item for item in found.candidates if item.kind is kind]


def figure(action: CandidateAction, name: str, unit: str = "") -> float | None:
    return next((item.value for item in action.details if item.name.startswith(name) and unit in item.unit), None)


def coins(action: CandidateAction) -> dict[str, float]:
    return {leg.venue: leg.coins for leg in action.legs}


@pytest.mark.requirement("HED-20")
def test_cash_and_carry_on_ten_bitcoin_has_no_delta_and_carries_funding_less_borrow_and_fees() -> None:
    perpetual, owned = worlds.perpetual(venue="a"), worlds.spot(venue="b")
    pairs = [funded(perpetual, 0.40), (owned, worlds.quoted(owned, SPOT))]
    # 10 BTC a leg are $2m gross: a budget of 40 % of $5m.
    action = max(of_kind(proposal(pairs), ActionKind.CARRY_OPEN), key=lambda item: item.benefit)
    assert coins(action) == {"a": pytest.approx(-10.0), "b": pytest.approx(10.0)}
    assert action.after.exposures[0].net_delta == pytest.approx(0.0, abs=1e-9)
    income = expected_funding(0.40 / YEARLY, 0.0, -1e6, 168.0)
    assert figure(action, "income over horizon") == pytest.approx(income)
    assert action.cost.total == pytest.approx(1e6 * (5.5e-4 + 1e-3))
    before = action.before.exposures[0].gamma_1pct_usd, action.before.exposures[0].vega_usd_per_point
    assert (action.after.exposures[0].gamma_1pct_usd, action.after.exposures[0].vega_usd_per_point) == before


@pytest.mark.requirement("MKT-11")
def test_short_spot_pays_its_borrow_and_the_candidate_shows_eight_hours_of_it() -> None:
    perpetual, lent = worlds.perpetual(venue="a"), worlds.spot(venue="b")
    pairs = [funded(perpetual, -1.00), (lent, worlds.quoted(lent, SPOT, borrow_rate=0.0876))]
    (action,) = of_kind(proposal(pairs), ActionKind.CARRY_OPEN)
    assert coins(action) == {"a": pytest.approx(10.0), "b": pytest.approx(-10.0)}
    assert figure(action, "borrow over 8 h") == pytest.approx(1e6 * 0.0876 * 8 / YEARLY)
    income = expected_funding(-1.00 / YEARLY, 0.0, 1e6, 168.0)
    assert figure(action, "income over horizon") == pytest.approx(income - 1e6 * 0.0876 * 168 / YEARLY)


def test_without_a_quoted_borrow_rate_spot_is_not_sold_short() -> None:
    perpetual, lent = worlds.perpetual(venue="a"), worlds.spot(venue="b")
    found = proposal([funded(perpetual, -1.00), (lent, worlds.quoted(lent, SPOT))])
    assert of_kind(found, ActionKind.CARRY_OPEN) == []
    assert "no pair" in found.left_out["carry of BTC"]


@pytest.mark.requirement("HED-21")
def test_the_basis_of_a_dated_future_is_annualised_and_earned_by_selling_it() -> None:
    dated, owned = worlds.future(days=73.0), worlds.spot()
    pairs = [(dated, worlds.quoted(dated, 102_000.0, index=SPOT)), (owned, worlds.quoted(owned, SPOT))]
    (action,) = of_kind(proposal(pairs), ActionKind.CARRY_OPEN)
    assert figure(action, "basis") == pytest.approx((102_000 / 100_000 - 1) * 365 / 73 * 100)
    assert annualised_basis(102_000.0, 100_000.0, 73.0) == pytest.approx(0.10)
    sold = next(leg for leg in action.legs if leg.symbol == dated.symbol)
    assert sold.coins == pytest.approx(-9.9)  # a budget of $2m for both legs, at 202,000 a coin
    assert figure(action, "income over horizon") == pytest.approx(9.9 * 2_000.0 * 7 / 73)


@pytest.mark.requirement("HED-17")
def test_a_long_and_a_short_perpetual_on_two_venues_have_no_delta_no_gamma_and_a_net_funding() -> None:
    a, b = worlds.perpetual(venue="a"), worlds.perpetual(venue="b")
    case = proposal([funded(a, 0.30), funded(b, 0.05)], worlds.held(a, -10.0), worlds.held(b, 10.0)).case
    (exposure,) = case.hold.exposures
    assert (exposure.net_delta, exposure.gamma_1pct_usd, exposure.vega_usd_per_point) == (0.0, 0.0, 0.0)
    assert exposure.funding_usd_per_day == pytest.approx(1e6 * 0.25 / 365)


@pytest.mark.requirement("HED-22")
@settings(max_examples=25, deadline=None)
@given(
    yearly=st.lists(st.floats(-1.0, 1.0), min_size=3, max_size=3),
    fees=st.lists(st.floats(0.0, 0.001), min_size=3, max_size=3),
)
def test_of_three_venues_the_pair_with_the_most_funding_after_cost_is_worth_most(yearly, fees) -> None:
    listed = [worlds.perpetual(venue=name, fee=fee) for name, fee in zip("abc", fees, strict=True)]
    found = of_kind(proposal([funded(*pair) for pair in zip(listed, yearly, strict=True)]), ActionKind.CARRY_OPEN)
    week = {
        item.venue: expected_funding(rate / YEARLY, 0.0, 1.0, 168.0) for item, rate in zip(listed, yearly, strict=True)
    }
    fee = {item.venue: item.fees.taker for item in listed}
    nets = {(s, b): week[b] - week[s] - fee[s] - fee[b] for s, b in permutations(fee, 2) if week[b] > week[s]}
    assert bool(found) is bool(nets)
    if nets:
        best = max(found, key=lambda item: item.benefit)
        sold, bought = sorted(coins(best), key=lambda venue: coins(best)[venue])
        assert nets[sold, bought] == pytest.approx(max(nets.values()), abs=1e-9)
        assert yearly["abc".index(sold)] > yearly["abc".index(bought)]  # the short stands where longs pay more


@pytest.mark.parametrize("share", [0.1, 0.4])
def test_the_strategys_budget_and_the_personas_limits_size_it_and_the_note_says_which(share: float) -> None:
    perpetual, owned = worlds.perpetual(venue="a"), worlds.spot(venue="b")
    budget = worlds.rules("funding_carry").members[0].strategy.budget
    strategy = worlds.rules(
        "funding_carry", budget=budget.model_copy(update={"added_notional_pct_equity": 100.0 * share})
    )
    pairs = [funded(perpetual, 0.40), (owned, worlds.quoted(owned, SPOT))]
    action = of_kind(proposal(pairs, strategy=strategy), ActionKind.CARRY_OPEN)[0]
    assert action.notional_usd == pytest.approx(share * 5e6)
    assert any("budget.added_notional_pct_equity" in note for note in action.notes)
    small = of_kind(proposal(pairs, persona=worlds.who("cautious"), strategy=strategy), ActionKind.CARRY_OPEN)[0]
    assert small.notional_usd <= min(share, 0.15) * 5e6 + 1e-6


def test_unknown_margin_refuses_a_carry_trade_that_adds_risk() -> None:
    perpetual, owned = worlds.perpetual(venue="a"), worlds.spot(venue="a")
    snapshot = worlds.market(
        [funded(perpetual, 0.40), (owned, worlds.quoted(owned, SPOT))], volatility_index={"BTC": 0.5}
    )
    book = worlds.book({"USD": 5e6}, pools=(worlds.pool("p", "a", 5e6),))
    found = worlds.proposed(book, snapshot, worlds.who(), worlds.rules("funding_carry"))
    actions = [item for item in screen(found.case, found.candidates) if item.kind is ActionKind.CARRY_OPEN]
    assert actions
    assert all(item.status is Status.REFUSED for item in actions)
    assert all(any("unknown" in reason for reason in item.reasons) for item in actions)


@pytest.mark.requirement("RSK-20")
@pytest.mark.parametrize("short", [-10.0, -4.0])
def test_a_pair_whose_carry_has_turned_is_closed_with_both_legs_and_never_left_naked(short: float) -> None:
    perpetual, owned = worlds.perpetual(venue="a"), worlds.spot(venue="b")
    pairs = [funded(perpetual, -0.80), (owned, worlds.quoted(owned, SPOT))]
    found = proposal(pairs, worlds.held(perpetual, short), worlds.held(owned, 10.0))
    (action,) = of_kind(found, ActionKind.CARRY_CLOSE)
    assert coins(action) == {"a": pytest.approx(-short), "b": pytest.approx(short)}
    assert action.after.exposures[0].net_delta == pytest.approx(action.before.exposures[0].net_delta)
    assert action.benefit == pytest.approx(
        -expected_funding(-0.80 / YEARLY, 0.0, short * SPOT, 168.0) - action.cost.total
        + (action.terms.risk - found.case.resting.risk), abs=1e-6,
    )  # fmt: skip


def test_a_pair_that_still_pays_is_kept() -> None:
    perpetual, owned = worlds.perpetual(venue="a"), worlds.spot(venue="b")
    pairs = [funded(perpetual, 0.30), (owned, worlds.quoted(owned, SPOT))]
    found = proposal(pairs, worlds.held(perpetual, -10.0), worlds.held(owned, 10.0))
    assert of_kind(found, ActionKind.CARRY_CLOSE) == []


@pytest.mark.requirement("PST-06")
def test_funding_carry_yields_its_own_candidates_on_a_funded_book() -> None:
    a, b, owned = worlds.perpetual(venue="a"), worlds.perpetual(venue="b"), worlds.spot(venue="b")
    pairs = [funded(a, -0.30), funded(b, 0.60), (owned, worlds.quoted(owned, SPOT))]
    found = proposal(pairs, worlds.held(a, -10.0), worlds.held(owned, 10.0))
    assert {item.kind for item in found.candidates} >= {
        ActionKind.FUNDING_ROTATE, ActionKind.CARRY_OPEN, ActionKind.CARRY_CLOSE,
    }  # fmt: skip


def test_one_hundred_per_cent_a_year_is_0_0913_per_cent_every_eight_hours() -> None:
    assert round(100.0 / 1095, 4) == 0.0913
    assert round(95.0 / 1095, 4) == 0.0868
    assert annual_rate(1.00 / 1095, 8.0).simple == pytest.approx(1.00)


@pytest.mark.parametrize("interval", [8.0, 4.0, 1.0])
def test_the_same_yearly_rate_carries_the_same_whatever_the_venue_settles_every(interval: float) -> None:
    perpetual, owned = worlds.perpetual(venue="a"), worlds.spot(venue="b")
    pairs = [funded(perpetual, 0.40, interval), (owned, worlds.quoted(owned, SPOT))]
    action = of_kind(proposal(pairs), ActionKind.CARRY_OPEN)[0]
    assert figure(action, "income over horizon") == pytest.approx(expected_funding(0.40 / YEARLY, 0.0, -1e6, 168.0))
