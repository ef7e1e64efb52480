"""Strategies: every shipped file loads, and what contradicts itself does not."""

import pytest

from oracle_core.hedging.families.table import BUILT
from oracle_core.playbook.band import Band, BandKind, Rehedge, Unit
from oracle_core.playbook.load import list_strategies, load_strategy
from oracle_core.playbook.params.table import READERS, Params
from oracle_core.playbook.policies import Policy
from oracle_core.playbook.strategy import Lifecycle

HORIZONS = {
    "delta_neutral": 168,
    "gamma_scalp": 72,
    "heat_control": 24,
    "dynamic_hedging": 24,
    "funding_carry": 168,
    "venue_spread": 4,
    "perp_pair_scalp": 8,
    "profit_management": 120,
    "delta_gamma_vega": 120,
    "protective_overlay": 336,
    "short_vol_hedged": 120,
}
WITHOUT_A_VIEW = {"protective_overlay"}
"""Strategies that leave net delta to the book: they insure what is held, and trade delta only to cure a breach."""


@pytest.mark.requirement("PST-01")
@pytest.mark.parametrize(("name", "hours"), HORIZONS.items())
def test_a_shipped_strategy_has_the_decided_horizon_and_hedges_delta_to_zero_or_has_no_view_of_it(name, hours):
    strategy = load_strategy(name).value
    assert strategy.horizon_hours == hours
    assert strategy.targets.net_delta_pct_equity == (None if name in WITHOUT_A_VIEW else 0.0)
    assert {policy.value for policy in strategy.policies} >= {"hold", "to_target", "to_edge"}


def test_delta_neutral_hedges_to_the_edge_of_the_zakamouline_band():
    band = load_strategy("delta_neutral").value.band
    assert (band.kind, band.scale, band.rehedge_to) == (BandKind.ZAKAMOULINE, 1.0, Rehedge.EDGE)
    assert (band.min, band.max) == (None, None)


def test_every_shipped_strategy_is_listed():
    assert {found.value.name for found in list_strategies(deprecated=True)} == set(HORIZONS)


def test_every_policy_has_a_family_that_offers_it():
    assert frozenset(Policy) == BUILT


def test_every_section_of_params_has_its_readers():
    assert set(Params.model_fields) == set(READERS)


@pytest.mark.parametrize(
    ("changes", "field", "value", "expected"),
    [
        ({"policies": ["hold", "to_edge", "to_moon"]}, "policies[2]", "to_moon", "`hold`, `to_target`, `to_edge`"),
        ({"policies": ["hold", "to_edge", "to_edge", "partial"]}, "policies", "to_edge", "each policy once"),
        ({"policies": []}, "policies", "[]", "at least one entry"),
        ({"policies": ["hold", "to_target", "partial"]}, "band.rehedge_to", "edge", "`to_edge` among the policies"),
        ({"policies": ["hold", "to_edge"]}, "params.partial", "set", "or one of `partial` in policies"),
        ({"band.unit": "percent"}, "band.unit", "percent", "`pct_equity`, `coin`, `per_option` or `usd`"),
        ({"band.kind": "bollinger"}, "band.kind", "bollinger", "`fixed`, `zakamouline`"),
        ({"band.scale": 0}, "band.scale", "0", "a number above 0"),
        ({"band.scale": float("nan")}, "band.scale", "NaN", "a finite number"),
        ({"band.min": 3, "band.max": 2}, "band.min", "3.0", "at most `max`, 2.0"),
        ({"band.rehedge": "edge"}, "band.rehedge", "edge", "did you mean `rehedge_to`?"),
        ({"horizon_hours": 0.5}, "horizon_hours", "0.5", "a number of at least 1"),
        ({"replaced_by": "gamma_scalp"}, "replaced_by", "gamma_scalp", "null while `status` is `active`"),
        ({"targets.net_delta": 0}, "targets.net_delta", "0", "did you mean `net_delta_pct_equity`?"),
        (
            {"triggers.price_move_sigma_1d": 1},
            "triggers.price_move_sigma_1d",
            "1.0",
            "absent where `price_move_pct` is set",
        ),
        ({"universe.option_days": {"min": 9, "max": 3}}, "universe.option_days.min", "9.0", "at most `max`, 3.0"),
        (
            {"universe.hedge_kinds": ["perp"]},
            "universe.hedge_kinds[0]",
            "perp",
            "`spot`, `perpetual`, `future` or `option`",
        ),
        ({"bias": 1.5}, "bias", "1.5", "a number of at most 1"),
        (
            {"execution.style": "iceberg"},
            "execution.style",
            "iceberg",
            "`maker`, `taker`, `maker_then_taker` or `rfq_ticket`",
        ),
        ({"params.partial.share": 0}, "params.partial.share", "0", "a number above 0"),
        ({"params.total": {}}, "params.total", "{}", "`partial`"),
        ({"mood": 1}, "mood", "1", "a known key"),
    ],
)
@pytest.mark.requirement("PST-01")
def test_a_bad_value_is_a_fault_with_file_field_value_and_expectation(
    edited, faults_of, changes, field, value, expected
):
    path = edited("strategies/delta_neutral", changes)
    (found,) = faults_of(lambda: load_strategy(path))
    assert (found.source, found.field, found.value) == (str(path), field, value)
    assert expected in found.expected


def test_an_unknown_policy_is_told_every_known_one(edited, faults_of):
    (found,) = faults_of(lambda: load_strategy(edited("strategies/delta_neutral", {"policies": ["to_moon"]})))
    assert all(f"`{policy}`" in found.expected for policy in Policy)


def test_every_policy_may_be_named(edited):
    path = edited("strategies/delta_neutral", {"policies": [policy.value for policy in Policy]})
    assert load_strategy(path).value.policies == tuple(Policy)


def test_the_deprecated_strategy_names_its_successor():
    strategy = load_strategy("dynamic_hedging").value
    assert (strategy.status, strategy.replaced_by) == (Lifecycle.DEPRECATED, "delta_neutral")


@pytest.mark.requirement("ENG-14")
@pytest.mark.parametrize(
    ("kind", "unit", "scale", "bounds", "coins"),
    [
        (BandKind.FIXED, Unit.PER_OPTION, 0.05, (None, None), 1.0),
        (BandKind.FIXED, Unit.COIN, 3.0, (None, None), 3.0),
        (BandKind.FIXED, Unit.USD, 4000.0, (None, None), 2.0),
        (BandKind.FIXED, Unit.PCT_EQUITY, 8.0, (None, None), 1.0),
        (BandKind.ZAKAMOULINE, Unit.COIN, 1.5, (None, None), 0.6),
        (BandKind.ZAKAMOULINE, Unit.COIN, 1.5, (1.0, None), 1.0),
        (BandKind.WHALLEY_WILMOTT, Unit.USD, 1.0, (None, 400.0), 0.2),
        (BandKind.LELAND, Unit.PER_OPTION, 1.0, (0.05, 0.1), 1.0),
    ],
)
def test_a_band_has_one_half_width_in_coins_whatever_its_unit(kind, unit, scale, bounds, coins):
    band = Band(kind=kind, unit=unit, scale=scale, min=bounds[0], max=bounds[1], rehedge_to=Rehedge.EDGE)
    assert band.half_width(0.4, price=2000.0, equity=25_000.0, options=20.0) == pytest.approx(coins, rel=1e-12)


def test_a_strategy_forces_a_unit_on_its_band(edited, faults_of, drop):
    (found,) = faults_of(lambda: load_strategy(edited("strategies/delta_neutral", {"band.unit": drop})))
    assert (found.field, found.value) == ("band.unit", "absent")


def test_a_section_that_is_not_set_is_not_written():
    written = load_strategy("delta_neutral").value.model_dump(mode="json")
    assert written["params"] == {"partial": {"share": 0.5}}
