"""Discounting: parity gives the forward back, volatility comes out of a discounted price, and coin has no rate."""

import math
from dataclasses import replace
from datetime import timedelta

import numpy as np
import pytest
import worlds

from oracle_core.domain.instrument import OptionType
from oracle_core.domain.market import MarketSnapshot, Quote
from oracle_core.maths.black import black_price
from oracle_core.pricing.contracts import contract_table
from oracle_core.pricing.inputs import pricing_inputs
from oracle_core.pricing.surface import build_surface

RATE, FORWARD, VOL, DAYS = 0.05, 101_000.0, 0.6, 90


def market(rate: float, *, linear: bool) -> tuple[MarketSnapshot, list]:
    """Marks alone, priced at a rate: no forward, no volatility."""
    years = DAYS / 365
    cut = math.exp(-rate * years) if linear else 1.0
    listed, quotes = [], []
    for strike in (80_000.0, 95_000.0, 100_000.0, 105_000.0, 120_000.0):
        for kind in OptionType:
            one = worlds.option("BTC", strike, kind, days=DAYS, linear=linear)
            mark = float(black_price(FORWARD, strike, years, VOL, sign=kind.sign)) * cut
            listed.append(one)
            quotes.append(
                Quote(
                    venue=one.venue, symbol=one.symbol, as_of=one.expiry - timedelta(days=DAYS),
                    mark=mark if linear else mark / FORWARD, index=100_000.0,
                )
            )  # fmt: skip
    found = MarketSnapshot(
        as_of=quotes[0].as_of, instruments={one.id: one for one in listed}, quotes={one.id: one for one in quotes},
        interest_rate=rate,
    )  # fmt: skip
    return found, listed


@pytest.mark.requirement("PRI-11")
@pytest.mark.parametrize("linear", [True, False])
@pytest.mark.parametrize("rate", [0.0, RATE])
def test_forward_volatility_and_price_come_back_from_marks_made_at_a_rate(rate: float, linear: bool) -> None:
    snapshot, listed = market(rate, linear=linear)
    inputs = [pricing_inputs(snapshot, one.id, 100_000.0) for one in listed]
    assert [given.price for given in inputs] == pytest.approx([FORWARD] * len(inputs), rel=1e-9)
    assert [given.vol for given in inputs] == pytest.approx([VOL] * len(inputs), rel=1e-7)
    assert {given.discount for given in inputs} == {math.exp(-rate * DAYS / 365) if linear else 1.0}
    value = contract_table(listed, inputs).value_usd
    marks = np.array([snapshot.quotes[one.id].mark for one in listed])
    assert value == pytest.approx(marks if linear else marks * 100_000.0, rel=1e-7)
    (one,) = build_surface(snapshot, "BTC").slices
    assert one.quoted.vol == pytest.approx(np.full(5, VOL), rel=1e-6)


@pytest.mark.requirement("PRI-11")
def test_theta_at_a_rate_is_that_without_plus_the_interest_on_the_price() -> None:
    snapshot, listed = market(RATE, linear=True)
    calls = [one for one in listed if one.option_type is OptionType.CALL]
    dear, free = (
        contract_table(calls, [pricing_inputs(made, one.id, 100_000.0) for one in calls])
        for made in (snapshot, replace(market(0.0, linear=True)[0]))
    )
    cut = math.exp(-RATE * DAYS / 365)
    assert dear.theta == pytest.approx(cut * free.theta + RATE * dear.value_usd, rel=1e-6)
    assert dear.gamma == pytest.approx(cut * free.gamma, rel=1e-6)
