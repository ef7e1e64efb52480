"""With which delta a strategy hedges options: the choice moves the target, the rank follows, and limits stay plain."""

from collections.abc import Mapping
from decimal import Decimal

import chains
import numpy as np
import pytest
import worlds

from oracle_core.domain.hedge import ActionKind
from oracle_core.domain.instrument import InstrumentId, OptionType
from oracle_core.domain.market import MarketSnapshot
from oracle_core.errors import InputError
from oracle_core.hedging.bands import target_delta
from oracle_core.hedging.situation import Situation
from oracle_core.hedging.structures import fresh_structures
from oracle_core.maths.calibrate import calibrate_heston
from oracle_core.maths.heston import heston
from oracle_core.maths.minimum_variance import hull_white_delta
from oracle_core.maths.surface_fit import ExpiryQuotes
from oracle_core.playbook.blend import blend
from oracle_core.playbook.hedge_ratio import HedgeRatio, RatioKind
from oracle_core.playbook.load import load_strategy
from oracle_core.playbook.params.establish import Shape
from oracle_core.pricing.smile import quoted_smiles
from oracle_core.pricing.surface import build_surface
from oracle_core.strict_json import parse_json

SPOT = 100_000.0
DAYS = (14.0, 30.0, 90.0)
STRIKES = np.linspace(80_000.0, 125_000.0, 10)
PERPETUAL = worlds.perpetual()
SHORT = worlds.option("BTC", 95_000.0, OptionType.CALL, days=30.0, linear=True)
HULL_WHITE = HedgeRatio(kind=RatioKind.HULL_WHITE, a=-0.25, b=0.4, c=-0.5)
RATIOS = {
    "plain": HedgeRatio(),
    "sticky_delta": HedgeRatio(kind=RatioKind.STICKY_DELTA),
    "hull_white": HULL_WHITE,
    "heston": HedgeRatio(kind=RatioKind.HESTON),
}
HELD = -10.0


def smile(strike: float, level: float) -> float:
    """Dearer to the downside, as equity-like smiles are."""
    k = float(np.log(strike / SPOT))
    return level - 0.25 * k + 0.2 * k * k


def skewed(level: float = 0.6, *, linear: bool = True) -> MarketSnapshot:
    pairs = [(PERPETUAL, worlds.quoted(PERPETUAL, SPOT, half_spread=5.0, funding_rate=0.0, funding_interval_hours=8.0))]
    for days in DAYS:
        for strike in STRIKES:
            for right in OptionType:
                listed = worlds.option("BTC", float(strike), right, days=days, linear=linear)
                pairs.append((listed, worlds.marked(listed, SPOT, smile(strike, level))))
    return worlds.market(pairs)


def hedged_with(ratio: HedgeRatio, *, level: float = 0.6, linear: bool = True) -> Situation:
    """Ten short calls, a perpetual to hedge them with, and limits that do not bind."""
    listed = worlds.option("BTC", 95_000.0, OptionType.CALL, days=30.0, linear=linear)
    book = worlds.book({"USD": 2_000_000.0}, worlds.held(listed, HELD))
    return worlds.facing(
        book, skewed(level, linear=linear), worlds.unlimited("balanced"), worlds.rules(hedge_ratio=ratio)
    )


def slope_of(case: Situation) -> float:
    """dvol/dF of the short call, from what the rule adds to its delta."""
    row = case.view.table.row[SHORT.id]
    return float(case.smile.coins[row] / case.view.table.vega[row])


def test_the_plain_ratio_adds_nothing_and_keeps_the_target_at_zero() -> None:
    case = hedged_with(RATIOS["plain"])
    assert not case.smile.coins.any()
    assert target_delta(case, "BTC") == 0.0


@pytest.mark.requirement("PRI-08")
def test_a_smile_that_moves_with_the_price_adds_vega_times_its_skew() -> None:
    case = hedged_with(RATIOS["sticky_delta"])
    surface = build_surface(case.view.market, "BTC")
    skew = float(surface.skew_at(np.log(95_000.0 / SPOT), 30.0 / 365.0))
    assert skew == pytest.approx(-0.25 + 0.4 * np.log(0.95), abs=0.02)
    assert slope_of(case) == pytest.approx(-skew / SPOT, rel=1e-9)
    vega = float(case.view.table.vega[case.view.table.row[SHORT.id]])
    # The book is short: where volatility follows the price up, it is shorter than Black says, and wants more bought.
    assert target_delta(case, "BTC") == pytest.approx(-HELD * vega * -skew / SPOT, rel=1e-9)
    assert target_delta(case, "BTC") > 0.0


@pytest.mark.requirement("PRI-08")
def test_hull_and_white_move_the_target_by_their_minimum_variance_delta() -> None:
    case = hedged_with(HULL_WHITE)
    table = case.view.table
    row = table.row[SHORT.id]
    surface = build_surface(case.view.market, "BTC")
    fitted = float(surface.vol(95_000.0, 30.0 / 365.0))
    assert fitted == pytest.approx(smile(95_000.0, 0.6), abs=1e-3)
    black, vega = float(table.delta[row]), float(table.vega[row])
    wanted = float(hull_white_delta(black, vega, SPOT, 30.0 / 365.0, a=-0.25, b=0.4, c=-0.5))
    assert float(case.hedge_delta[row]) == pytest.approx(wanted, rel=2e-3)
    assert target_delta(case, "BTC") == pytest.approx(-HELD * (wanted - black), rel=2e-2)


@pytest.mark.requirement("PRI-06")
def test_the_heston_delta_is_selectable_and_is_the_one_of_the_model_calibrated_to_the_chain() -> None:
    case = hedged_with(RATIOS["heston"])
    quotes = [ExpiryQuotes(one.years, one.quotes) for one in quoted_smiles(case.view.market, "BTC")]
    model = calibrate_heston(quotes).model
    found = heston(SPOT, 95_000.0, 30.0 / 365.0, model, sign=1.0)
    assert model.rho < 0.0
    assert float(case.hedge_delta[case.view.table.row[SHORT.id]]) == pytest.approx(
        float(found.minimum_variance_delta), abs=2e-3
    )
    assert "rho" in case.smile.told["BTC"]


@pytest.mark.requirement("PRI-08")
@pytest.mark.parametrize("name", [name for name in RATIOS if name != "plain"])
@pytest.mark.parametrize("linear", [True, False], ids=["linear", "coin-settled"])
def test_the_hedge_to_target_makes_the_delta_of_the_rule_zero_and_risk_least_there(name: str, linear: bool) -> None:
    case = hedged_with(RATIOS[name], linear=linear)
    proposal = worlds.proposed(
        case.view.portfolio, case.view.market, case.persona,
        worlds.rules(hedge_ratio=RATIOS[name], band=case.strategy.band.model_copy(update={"scale": 1e-6})),
    )  # fmt: skip
    to_target = next(item for item in proposal.candidates if item.kind is ActionKind.TO_TARGET)
    (leg,) = to_target.legs
    contracts = case.view.effective.copy()
    contracts[case.view.table.row[leg.id]] += float(leg.contracts)
    assert float(contracts @ case.hedge_delta) == pytest.approx(0.0, abs=2e-3)
    plain = case.view.effective.copy()
    plain[case.view.table.row[leg.id]] -= case.hold.exposures[0].effective_delta
    assert case.variance(contracts) < case.variance(plain) < case.variance(case.view.effective)
    # What limits are measured by is the plain delta still.
    assert to_target.after.exposures[0].net_delta == pytest.approx(
        float(contracts @ case.view.table.net_transaction_delta)
    )


@pytest.mark.requirement("PRI-08")
@pytest.mark.parametrize("name", RATIOS)
def test_a_shift_of_implied_volatility_changes_the_delta_of_every_ratio_without_a_move_of_the_price(name: str) -> None:
    low, high = (hedged_with(RATIOS[name], level=level) for level in (0.5, 0.8))
    row = low.view.table.row[SHORT.id]
    assert abs(float(high.hedge_delta[row]) - float(low.hedge_delta[row])) > 0.01
    sizes = [
        next(
            (leg.contracts for item in worlds.proposed(
                case.view.portfolio, case.view.market, case.persona, case.strategy
            ).candidates if item.kind is ActionKind.TO_TARGET for leg in item.legs), None,
        )
        for case in (low, high)
    ]  # fmt: skip
    assert None not in sizes
    assert sizes[0] != sizes[1]


def test_a_coin_without_a_chain_to_calibrate_to_keeps_plain_deltas_and_says_so() -> None:
    far = worlds.option("BTC", 400_000.0, OptionType.CALL, days=3.0, linear=True)
    market = worlds.market([
        (PERPETUAL, worlds.quoted(PERPETUAL, SPOT, half_spread=5.0)), (far, worlds.marked(far, SPOT, 0.5)),
    ], volatility_index={"BTC": 0.5})  # fmt: skip
    case = worlds.facing(
        worlds.book({"USD": 1e6}, worlds.held(far, -5.0)), market, worlds.who("balanced"),
        worlds.rules(hedge_ratio=RATIOS["heston"]),
    )  # fmt: skip
    assert not case.smile.coins.any()
    assert case.smile.told["BTC"].startswith("plain delta after all: ")


def test_coefficients_belong_to_hull_and_white_alone_and_all_faults_come_at_once() -> None:
    def faults_of(text: str) -> set[tuple[str, str]]:
        with pytest.raises(InputError) as caught:
            parse_json(text.encode(), "mine.json", HedgeRatio)
        return {(item.field, item.expected) for item in caught.value.faults}

    assert {field for field, _ in faults_of('{"kind": "hull_white", "a": -0.2}')} == {"b", "c"}
    assert {field for field, _ in faults_of('{"kind": "heston", "a": -0.2, "c": 1.0}')} == {"a", "c"}
    assert {field for field, _ in faults_of('{"kind": "black"}')} == {"kind"}


def test_a_blend_hedges_options_with_the_delta_of_its_heaviest_strategy() -> None:
    one = load_strategy("delta_neutral").value.model_copy(update={"hedge_ratio": HULL_WHITE})
    other = load_strategy("gamma_scalp").value
    assert blend([(one, 0.6), (other, 0.4)]).hedge_ratio == HULL_WHITE
    assert blend([(one, 0.4), (other, 0.6)]).hedge_ratio == HedgeRatio()


def ruled_delta(case: Situation, trades: Mapping[InstrumentId, Decimal]) -> float:
    """The book's delta after some trades, by the strategy's own rule."""
    contracts = case.view.effective.copy()
    for key, size in trades.items():
        contracts[case.view.table.row[key]] += float(size)
    return float(contracts @ case.hedge_delta)


@pytest.mark.parametrize(
    ("strategy", "kind", "held"),
    [("gamma_scalp", ActionKind.ESTABLISH, 0.0), ("delta_gamma_vega", ActionKind.OPTION_GAMMA, -5.0)],
)
def test_options_that_are_traded_come_with_a_hedge_by_the_same_delta(
    strategy: str, kind: ActionKind, held: float
) -> None:
    positions = [worlds.held(listed, held) for listed in chains.options(100_000.0) if held]
    found = worlds.proposed(
        worlds.book({"USD": 1e6}, *positions), chains.chain(), worlds.who(),
        worlds.rules(strategy, hedge_ratio=HULL_WHITE),
    )  # fmt: skip
    made = [item for item in found.candidates if item.kind is kind]
    assert made
    for item in made:
        trades = {leg.id: leg.contracts for leg in item.legs}
        assert ruled_delta(found.case, trades) == pytest.approx(ruled_delta(found.case, {}), abs=2e-3)
        # By the plain delta the hedge is another one.
        before, after = item.before.exposures[0].net_delta, item.after.exposures[0].net_delta
        assert abs(after - before) > 0.01


def test_a_structure_is_costed_with_a_hedge_of_the_same_delta() -> None:
    case = worlds.proposed(
        worlds.book({"USD": 1e6}), chains.chain(), worlds.who(), worlds.rules("gamma_scalp", hedge_ratio=HULL_WHITE)
    ).case
    found = fresh_structures(case, "BTC", Shape, 1.0, 0.25)
    assert set(found) == set(Shape)
    for structure in (one for several in found.values() for one in several):
        rows = list(structure.rows)
        assert structure.delta == pytest.approx(float(case.hedge_delta[rows].sum()))
        assert abs(structure.delta - float(case.view.table.net_transaction_delta[rows].sum())) > 1e-3
