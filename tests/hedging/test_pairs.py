"""Two coins against each other: sized by a stated ratio, opened far from their history, closed whole."""

from dataclasses import replace

import numpy as np
import pytest
import worlds

from oracle_core.domain.hedge import ActionKind, CandidateAction
from oracle_core.domain.market import Candles
from oracle_core.hedging.candidates import Proposal, measure, propose
from oracle_core.playbook.params.pair import PairParams
from oracle_core.playbook.params.table import Params
from oracle_core.reading.bars import Bars, coin_bars
from oracle_core.reading.ratio import RatioReading, ratio_reading

BTC, ETH = worlds.perpetual("BTC"), worlds.perpetual("ETH")
STEP_MS = 21_600_000


def history(*, away: float, wanders: bool = False, apart_days: float = 0.0) -> dict[str, Candles]:
    """60 days of six-hour bars. ETH follows BTC but for a gap that comes back (or wanders); today it is `away` more.

    In the last `apart_days` the two coins move without regard for each other.
    """
    draw = np.random.default_rng(3)
    count = 240
    common, own, alone = 0.008 * draw.standard_normal((3, count))
    gap = np.zeros(count)
    for n in range(1, count):
        gap[n] = (1.0 if wanders else 0.6) * gap[n - 1] + 0.3 * own[n]
    bitcoin, ether = np.cumsum(common), np.cumsum(common) + gap
    if apart_days:
        last = int(apart_days * 4)
        ether[-last:] = ether[-last - 1] + np.cumsum(alone[-last:])
    end = int(worlds.NOW.timestamp() * 1000) // STEP_MS * STEP_MS
    found = {}
    for coin, path, price in (("BTC", bitcoin, 100_000.0), ("ETH", ether, 2_000.0)):
        last = path[-1] if coin == "BTC" or apart_days else bitcoin[-1] + away
        prices = price * np.exp(path - last)
        rows = [
            (float(end - (count - n) * STEP_MS), float(p), float(p), float(p), float(p), 1.0)
            for n, p in enumerate(prices)
        ]
        found[coin] = Candles(timeframe="6h", rows=tuple(rows))
    return found


def proposal(*positions, ratio: str = "beta", away: float = 0.02, correlation: float = 0.9, **shape) -> Proposal:
    bars = history(away=away, **shape)
    pairs = [(BTC, worlds.quoted(BTC, 100_000.0)), (ETH, worlds.quoted(ETH, 2_000.0))]
    snapshot = worlds.market(
        pairs, volatility_index={"BTC": 0.49, "ETH": 0.676}, candles={BTC.id: bars["BTC"], ETH.id: bars["ETH"]}
    )
    rules = worlds.rules(
        "perp_pair_scalp", params=Params(pair=PairParams.model_validate({"ratio": ratio}, strict=False))
    )
    case = measure(worlds.book({"USD": 1e6}, *positions), snapshot, rules, worlds.unlimited("aggressive"))
    vols = {coin: case.implied[coin] for coin in ("BTC", "ETH")}
    matrix = np.where(np.eye(2) == 1.0, 1.0, correlation)
    sigma = np.array([0.49, 0.676])
    return propose(replace(case, vols=vols, model=replace(case.model, correlation=matrix, sigma=sigma)))


def of_kind(found: Proposal, kind: ActionKind) -> list[CandidateAction]:
    return [item for item in found.candidates if item.kind is kind]


def usd(action: CandidateAction) -> dict[str, float]:
    return {leg.symbol[:3]: leg.notional_usd for leg in action.legs}


def figure(action: CandidateAction, name: str) -> float:
    return next(item.value for item in action.details if item.name == name)


@pytest.mark.requirement("ENG-11")
@pytest.mark.parametrize(
    ("ratio", "size", "residual"),
    [("beta", 0.9 * 0.49 / 0.676, 0.0), ("volatility", 0.49 / 0.676, -0.1), ("notional", 1.0, None)],
)
def test_a_pair_is_sized_by_beta_volatility_or_notional_and_shows_what_beta_is_left(
    ratio: str, size: float, residual: float | None
) -> None:
    (action,) = of_kind(proposal(ratio=ratio), ActionKind.PAIR_OPEN)
    legs = usd(action)
    assert legs["BTC"] > 0.0 > legs["ETH"]  # ETH is dear against BTC
    assert -legs["ETH"] / legs["BTC"] == pytest.approx(size, rel=1e-3)
    assert figure(action, "beta") == pytest.approx(0.9 * 0.49 / 0.676)
    left = (0.9 * 0.49 / 0.676 - size) * legs["BTC"]
    assert figure(action, "residual beta exposure") == pytest.approx(left, abs=3.0)
    if residual is not None:
        assert left / (legs["BTC"] * 0.49 / 0.676) == pytest.approx(residual, abs=1e-9)
    assert figure(action, "correlation") == pytest.approx(0.9)
    assert action.notional_usd <= 0.20 * 1e6 + 1.0


def test_the_mirrored_distance_opens_the_mirrored_pair() -> None:
    (action,) = of_kind(proposal(away=-0.02), ActionKind.PAIR_OPEN)
    assert usd(action)["BTC"] < 0.0 < usd(action)["ETH"]


@pytest.mark.parametrize("away", [0.0, 0.002])
def test_near_its_history_no_pair_is_opened(away: float) -> None:
    found = proposal(away=away)
    assert of_kind(found, ActionKind.PAIR_OPEN) == []
    assert "standard deviations" in found.left_out["pair BTC/ETH"]


def test_an_edge_is_claimed_only_where_the_ratio_has_been_seen_to_come_back() -> None:
    (back,) = of_kind(proposal(), ActionKind.PAIR_OPEN)
    assert (back.terms.edge or 0.0) > 0.0
    wandering = [item.terms.edge for item in of_kind(proposal(away=0.2, wanders=True), ActionKind.PAIR_OPEN)]
    assert wandering == [0.0]


def held(dollars_btc: float, dollars_eth: float):
    return worlds.held(BTC, dollars_btc / 100_000.0), worlds.held(ETH, dollars_eth / 2_000.0)


@pytest.mark.requirement("ENG-12")
def test_a_correlation_that_breaks_closes_both_legs() -> None:
    found = proposal(*held(1e5, -65_000.0), apart_days=8.0)
    (action,) = of_kind(found, ActionKind.PAIR_CLOSE)
    assert figure(action, "correlation of a week") < 0.4
    assert any("broken" in note for note in action.notes)
    assert usd(action) == {"BTC": pytest.approx(-1e5), "ETH": pytest.approx(65_000.0)}


@pytest.mark.requirement("RSK-20")
def test_a_pair_whose_ratio_is_back_is_closed_whole_and_never_by_one_leg() -> None:
    (action,) = of_kind(proposal(*held(1e5, -65_000.0), away=0.0), ActionKind.PAIR_CLOSE)
    assert {item.coin: item.net_delta for item in action.after.exposures} == {
        "BTC": pytest.approx(0.0), "ETH": pytest.approx(0.0),
    }  # fmt: skip


@pytest.mark.requirement("ENG-12")
def test_a_leg_that_has_outgrown_its_ratio_is_trimmed_to_it() -> None:
    (action,) = of_kind(proposal(*held(1e5, -100_000.0)), ActionKind.PAIR_CLOSE)
    wanted = 0.9 * 0.49 / 0.676 * 1e5
    assert usd(action) == {"ETH": pytest.approx(1e5 - wanted, abs=3.0)}
    assert of_kind(proposal(*held(1e5, -70_000.0)), ActionKind.PAIR_CLOSE) == []


def test_without_candles_there_are_no_pairs_and_it_is_said() -> None:
    pairs = [(BTC, worlds.quoted(BTC, 100_000.0)), (ETH, worlds.quoted(ETH, 2_000.0))]
    snapshot = worlds.market(pairs, volatility_index={"BTC": 0.49, "ETH": 0.676})
    found = worlds.proposed(worlds.book({"USD": 1e6}), snapshot, worlds.who(), worlds.rules("perp_pair_scalp"))
    assert "candles" in found.left_out["pairs"]


@pytest.mark.requirement("PST-06")
def test_perp_pair_scalp_yields_its_own_candidates() -> None:
    assert {item.kind for item in proposal().candidates} == {ActionKind.HOLD, ActionKind.PAIR_OPEN}


def test_the_way_back_of_a_ratio_is_what_its_history_says() -> None:
    snapshot = worlds.market(
        [(BTC, worlds.quoted(BTC, 100_000.0)), (ETH, worlds.quoted(ETH, 2_000.0))],
        candles={worlds.perpetual(coin).id: bars for coin, bars in history(away=0.0).items()},
    )
    one, other = (coin_bars(snapshot, coin) for coin in ("ETH", "BTC"))
    assert isinstance(one, Bars)
    assert isinstance(other, Bars)
    found = ratio_reading(one, other, float(np.log(0.02)), 60.0)
    assert isinstance(found, RatioReading)
    assert found.keeps == pytest.approx(0.6, abs=0.12)
    assert found.expected_change(6.0) == pytest.approx(-found.away * (1.0 - found.keeps))
    assert found.expected_change(1e6) == pytest.approx(-found.away)
