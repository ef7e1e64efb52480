"""Blending: the order and the unit of the weights do not matter, and nothing is blended that must not be."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from oracle_core.errors import InputError
from oracle_core.playbook.band import BandKind, Unit
from oracle_core.playbook.blend import blend
from oracle_core.playbook.load import list_strategies, load_strategy
from oracle_core.playbook.policies import Policy
from oracle_core.playbook.strategy import Budget, Strategy, Targets, Triggers
from oracle_core.playbook.tightest import tightest

SHIPPED = tuple(found.value for found in list_strategies(deprecated=True))
NEUTRAL, SCALP, HEAT = (load_strategy(name).value for name in ("delta_neutral", "gamma_scalp", "heat_control"))


def with_band(strategy: Strategy, **changes: object) -> Strategy:
    return strategy.model_copy(update={"band": strategy.band.model_copy(update=changes)})


def with_targets(strategy: Strategy, delta: float | None, gamma: float | None) -> Strategy:
    return strategy.model_copy(update={"targets": Targets(net_delta_pct_equity=delta, gamma_1pct_pct_equity=gamma)})


def test_one_strategy_blends_to_itself():
    found = blend([(NEUTRAL, 3.0)])
    assert (found.name, found.band, found.targets) == ("delta_neutral", NEUTRAL.band, NEUTRAL.targets)
    assert (found.horizon_hours, found.members[0].share) == (168.0, 1.0)
    assert tuple(found.policies) == NEUTRAL.policies


def test_targets_and_horizon_are_weighted_means_over_those_that_state_one():
    found = blend([(with_targets(NEUTRAL, 2.0, None), 3.0), (with_targets(SCALP, -2.0, 4.0), 1.0)])
    assert found.targets.net_delta_pct_equity == pytest.approx(1.0)
    assert found.targets.gamma_1pct_pct_equity == 4.0  # the other has no view, and a view of 0 is another thing
    assert found.targets.vega_point_pct_equity is None
    assert found.horizon_hours == pytest.approx((3 * 168 + 72) / 4)


def test_the_scale_of_the_band_is_geometric_and_its_kind_the_heaviest_ones():
    first = with_band(NEUTRAL, scale=4.0, kind=BandKind.LELAND)
    found = blend([(first, 0.75), (with_band(HEAT, scale=0.25), 0.25)]).band
    assert found.kind is BandKind.LELAND
    assert found.scale == pytest.approx(4.0**0.75 * 0.25**0.25)
    assert found.rehedge_to is NEUTRAL.band.rehedge_to


def test_a_width_in_another_unit_is_not_averaged():
    per_option = with_band(HEAT, kind=BandKind.FIXED, unit=Unit.PER_OPTION, scale=0.05)
    coins = with_band(SCALP, kind=BandKind.FIXED, unit=Unit.COIN, scale=3.0)
    assert blend([(NEUTRAL, 3.0), (per_option, 1.0)]).band.scale == 1.0
    assert blend([(per_option, 3.0), (NEUTRAL, 1.0), (coins, 1.0)]).band == per_option.band


def test_every_policy_keeps_the_names_of_those_who_ask_for_it():
    lean = NEUTRAL.model_copy(update={"policies": (Policy.HOLD, Policy.TO_EDGE)})
    found = blend([(lean, 1.0), (SCALP, 1.0)])
    assert found.policies[Policy.TO_EDGE] == ("delta_neutral", "gamma_scalp")
    assert found.policies[Policy.TO_TARGET] == ("gamma_scalp",)
    assert Policy.VENUE_SPREAD not in found.policies


def test_what_adds_risk_has_its_strategys_share_of_its_strategys_budget():
    own = SCALP.model_copy(update={"budget": Budget(added_notional_pct_equity=20.0, premium_week_bps_equity=None)})
    (neutral, scalp) = blend([(NEUTRAL, 3.0), (own, 1.0)]).budgets(Policy.HOLD)
    assert neutral.added_notional_pct_equity == 0.0
    assert (scalp.added_notional_pct_equity, scalp.premium_week_bps_equity) == (5.0, None)


def test_every_part_of_a_budget_is_scaled_and_together_they_are_known_only_where_all_are() -> None:
    full = Budget(added_notional_pct_equity=20.0, premium_week_bps_equity=60.0, cost_day_bps_equity=10.0)
    one, other = (
        strategy.model_copy(update={"budget": budget})
        for strategy, budget in ((NEUTRAL, full), (SCALP, full.model_copy(update={"cost_day_bps_equity": None})))
    )
    found = blend([(one, 3.0), (other, 1.0)])
    (first, _) = found.budgets(Policy.HOLD)
    assert first == Budget(added_notional_pct_equity=15.0, premium_week_bps_equity=45.0, cost_day_bps_equity=7.5)
    assert found.allowance(Policy.HOLD, "premium_week_bps_equity") == 60.0
    assert found.allowance(Policy.HOLD, "cost_day_bps_equity") is None
    assert found.allowance(Policy.VENUE_SPREAD, "premium_week_bps_equity") is None


def test_the_trigger_that_fires_first_counts_and_of_days_and_pauses_the_longer() -> None:
    one = Triggers(price_move_pct=2.0, expiry_days=2.0, loss_streak=5, loss_streak_hours=12.0, delta_band=False)
    other = Triggers(price_move_pct=1.0, expiry_days=7.0, loss_streak=3, loss_streak_hours=48.0, funding_flip=True)
    for order in ([one, other], [other, one]):
        found = tightest(order)
        assert (found.price_move_pct, found.expiry_days, found.loss_streak) == (1.0, 7.0, 3)
        assert (found.loss_streak_hours, found.delta_band, found.funding_flip) == (48.0, True, True)


def test_coins_are_those_of_all_and_a_strategy_without_a_list_opens_it():
    def on(strategy: Strategy, *coins: str) -> Strategy:
        return strategy.model_copy(
            update={"universe": strategy.universe.model_copy(update={"underlyings": coins or None})}
        )

    assert blend([(on(NEUTRAL, "BTC"), 1.0), (on(SCALP, "ETH"), 1.0)]).underlyings == {"BTC", "ETH"}
    assert blend([(on(NEUTRAL, "BTC"), 1.0), (SCALP, 1.0)]).underlyings is None


@pytest.mark.parametrize(
    "weighted",
    [
        [],
        [(NEUTRAL, 0.0)],
        [(NEUTRAL, -1.0), (SCALP, 2.0)],
        [(NEUTRAL, math.nan)],
        [(NEUTRAL, math.inf)],
        [(NEUTRAL, 1.0), (NEUTRAL, 1.0)],
    ],
)
def test_weights_that_say_nothing_are_refused(weighted):
    with pytest.raises(InputError):
        blend(weighted)


scales = st.floats(0.01, 100.0)
views = st.none() | st.floats(-50.0, 50.0)


@st.composite
def weighted_rules(draw: st.DrawFn) -> list[tuple[Strategy, float]]:
    chosen = draw(st.lists(st.sampled_from(SHIPPED), min_size=1, unique_by=lambda strategy: strategy.name))
    kinds = st.sampled_from(list(BandKind))
    return [
        (
            with_band(with_targets(strategy, draw(views), draw(views)), scale=draw(scales), kind=draw(kinds)),
            float(draw(st.integers(1, 1000))),
        )
        for strategy in chosen
    ]


def numbers(weighted: list[tuple[Strategy, float]]) -> list[float | None]:
    found = blend(weighted)
    shares = [member.share for member in found.members]
    return [found.horizon_hours, found.bias, found.band.scale, *found.targets.model_dump().values(), *shares]


@given(weighted=weighted_rules(), data=st.data())
def test_the_order_of_the_strategies_does_not_matter(weighted, data):
    assert blend(data.draw(st.permutations(weighted))) == blend(weighted)


@given(weighted=weighted_rules(), factor=st.floats(1e-6, 1e6))
def test_a_common_factor_of_the_weights_does_not_matter(weighted, factor):
    larger = [(strategy, weight * factor) for strategy, weight in weighted]
    assert blend(larger).band.kind is blend(weighted).band.kind
    assert blend(larger).policies == blend(weighted).policies
    for one, other in zip(numbers(larger), numbers(weighted), strict=True):
        assert (one is None) == (other is None)
        assert one is None or one == pytest.approx(other, rel=1e-9, abs=1e-9)


@given(weighted=weighted_rules())
def test_a_mean_lies_between_what_is_blended(weighted):
    found = blend(weighted)
    hours = [strategy.horizon_hours for strategy, _ in weighted]
    assert min(hours) - 1e-9 <= found.horizon_hours <= max(hours) + 1e-9
    scale = [strategy.band.scale for strategy, _ in weighted]
    assert min(scale) * (1 - 1e-9) <= found.band.scale <= max(scale) * (1 + 1e-9)
    assert math.isclose(sum(member.share for member in found.members), 1.0, rel_tol=1e-12)
