"""Bands in coins and per option, and what edge and target rules trade beyond them."""

import pytest
import worlds

from oracle_core.domain.hedge import ActionKind
from oracle_core.domain.instrument import OptionType
from oracle_core.errors import InputError
from oracle_core.hedging.bands import band
from oracle_core.hedging.screen import screen
from oracle_core.playbook.band import Band
from oracle_core.playbook.blend import Blend

PERPETUAL = worlds.perpetual()
PRICE = 60_000.0


def fixed(unit: str, scale: float, rehedge_to: str = "edge") -> Blend:
    made = Band.model_validate(
        {"kind": "fixed", "unit": unit, "scale": scale, "rehedge_to": rehedge_to}, strict=False
    )  # fmt: skip
    return worlds.rules(band=made, policies=("to_target", "to_edge"))


@pytest.mark.requirement("W2", "HED-05")
@pytest.mark.parametrize(
    ("delta", "edge", "target"),
    [
        (5.0, -2.0, -5.0), (-5.0, 2.0, 5.0), (3.0, None, None), (-3.0, None, None), (0.0, None, None),
        (3.001, -0.001, -3.001),
    ],
)  # fmt: skip
def test_beyond_three_coins_the_edge_rule_trades_the_excess_and_the_zero_rule_all_of_it(
    delta: float, edge: float | None, target: float | None
) -> None:
    market = worlds.market([(PERPETUAL, worlds.quoted(PERPETUAL, PRICE))], volatility_index={"BTC": 0.6})
    held = (worlds.held(PERPETUAL, delta),) if delta else ()
    portfolio = worlds.book({"USD": 1e6}, *held)
    for rule, kind, wanted in (("edge", ActionKind.TO_EDGE, edge), ("target", ActionKind.TO_TARGET, target)):
        found = worlds.proposed(portfolio, market, worlds.unlimited("degen"), fixed("coin", 3.0, rule))
        offered = [item for item in screen(found.case, found.candidates) if item.kind is kind]
        assert [float(leg.contracts) for item in offered for leg in item.legs] == ([] if wanted is None else [wanted])


@pytest.mark.requirement("W19", "ENG-14")
def test_a_band_of_0_05_per_option_is_one_coin_for_twenty_options_and_not_three() -> None:
    legs = [worlds.option("ETH", 1_800.0, right, days=30) for right in OptionType]
    market = worlds.market([(leg, worlds.marked(leg, 1_800.0, 0.42)) for leg in legs], volatility_index={"ETH": 0.42})
    portfolio = worlds.book({"USD": 25_000.0}, *(worlds.held(leg, -10.0) for leg in legs))
    widths = {
        unit: band(worlds.facing(portfolio, market, worlds.who(), fixed(unit, scale)), "ETH", 0.0).half_width
        for unit, scale in (("per_option", 0.05), ("coin", 3.0))
    }
    assert widths == {"per_option": pytest.approx(1.0), "coin": pytest.approx(3.0)}


@pytest.mark.requirement("W19", "ENG-14")
def test_a_band_without_a_unit_is_no_band() -> None:
    with pytest.raises((InputError, ValueError), match="unit"):
        Band.model_validate({"kind": "fixed", "scale": 0.05, "rehedge_to": "edge"}, strict=False)
