"""The bands use case: figures that are the formulas', a picture that is the same every time, and faults by name."""

import json
from pathlib import Path

import pytest

from oracle_core.errors import InputError
from oracle_core.maths.bands import whalley_wilmott, zakamouline
from oracle_core.maths.hedge_frequency import hedging_cost
from oracle_core.maths.structures import straddle

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"


@pytest.mark.requirement("HED-06")
def test_the_report_tells_and_draws_bands_that_are_monotone_in_cost_and_at_the_money_in_volatility(
    ask, tmp_path: Path
) -> None:
    found = ask("bands", market=EXAMPLES / "three-coins.market.json", picture=tmp_path / "bands.png")
    assert json.loads(json.dumps(found, allow_nan=False)) == found
    assert (tmp_path / "bands.png").read_bytes().startswith(b"\x89PNG")
    assert sorted(found["coins"]) == ["BTC", "ETH", "SOL"]
    for coin in found["coins"].values():
        for name in ("whalley_wilmott", "zakamouline"):
            widths = {(row["vol"], row["cost_rate"]): row[name] for row in coin["by_vol_and_cost"]}
            vols, costs = (sorted({key[place] for key in widths}) for place in (0, 1))
            assert len(widths) == len(vols) * len(costs) == 27
            for vol in vols:
                assert [widths[vol, cost] for cost in costs] == sorted(widths[vol, cost] for cost in costs)
            for cost in costs:
                assert [widths[vol, cost] for vol in vols] == sorted((widths[vol, cost] for vol in vols), reverse=True)


@pytest.mark.requirement("HED-31")
def test_the_report_gives_the_frequency_at_which_the_next_hedge_costs_what_it_removes(ask, tmp_path: Path) -> None:
    found = ask(
        "bands",
        market=EXAMPLES / "three-coins.market.json",
        coin="BTC",
        picture=tmp_path / "bands.png",
        contracts=20.0,
        days=14.0,
    )
    coin = found["coins"]["BTC"]
    gamma = 20.0 * float(straddle(coin["forward"], coin["forward"], 14 / 365, coin["vol"]).greeks.gamma)
    told, years = coin["frequency"], coin["frequency"]["interval_hours"] / 8_760.0
    asked = {"cost": coin["cost_rate"], "risk_aversion": 4e-6}
    cost, risk = hedging_cost(coin["forward"], gamma, coin["vol"], years, **asked)
    assert told["cost_usd_per_day"] == pytest.approx(float(cost) / 365.0, rel=1e-12)
    # Cost falls with the root of the interval, risk rises with it: at the best, half the one is the other.
    assert 0.5 * float(cost) == pytest.approx(float(risk), rel=1e-9)
    assert told["bound"] == "cost"
    assert coin["half_width_coins"]["whalley_wilmott"] == pytest.approx(
        float(whalley_wilmott(coin["forward"], gamma, **asked)), rel=1e-12
    )
    wide = zakamouline(coin["forward"], gamma, 14 / 365, coin["vol"], **asked).half_width
    assert coin["half_width_coins"]["zakamouline"] == pytest.approx(float(wide), rel=1e-12)


@pytest.mark.requirement("HED-14")
def test_the_break_even_move_pays_for_a_day_of_theta(ask, tmp_path: Path) -> None:
    coin = ask("bands", market=EXAMPLES / "eth-straddle.market.json", picture=tmp_path / "bands.png")["coins"]["ETH"]
    even = coin["break_even"]
    assert even["realised_vol"] == pytest.approx(coin["vol"], rel=1e-12)
    assert even["move_pct"] == pytest.approx(100.0 * coin["vol"] / 365.0**0.5, rel=1e-12)
    assert 50.0 * coin["gamma_1pct_usd"] * (even["move_pct"] / 100.0) ** 2 == pytest.approx(
        -coin["theta_usd_per_day"], rel=1e-9
    )


def test_a_cautious_desk_hedges_closer_and_oftener_and_latency_is_a_floor(ask, tmp_path: Path) -> None:
    def btc(**changes: object) -> dict:
        return ask(
            "bands", market=EXAMPLES / "three-coins.market.json", coin="BTC", picture=tmp_path / "b.png", **changes
        )["coins"]["BTC"]

    cautious, degen, slow = btc(persona="cautious"), btc(persona="degen"), btc(latency_seconds=86_400.0, contracts=1e4)
    assert cautious["half_width_coins"]["zakamouline"] < degen["half_width_coins"]["zakamouline"]
    assert cautious["frequency"]["interval_hours"] < degen["frequency"]["interval_hours"]
    assert slow["frequency"] | {"bound": "latency", "interval_hours": pytest.approx(24.0)} == slow["frequency"]


def test_the_same_market_draws_the_same_bytes(ask, tmp_path: Path) -> None:
    for name in ("one.png", "two.png"):
        ask("bands", market=EXAMPLES / "three-coins.market.json", picture=tmp_path / name)
    assert (tmp_path / "one.png").read_bytes() == (tmp_path / "two.png").read_bytes()


def test_a_coin_without_a_hedge_and_a_picture_without_a_place_are_refused(ask, example, tmp_path: Path) -> None:
    def options_only(tree: dict) -> None:
        tree["instruments"] = [row for row in tree["instruments"] if row["kind"] == "option"]
        kept = {row["symbol"] for row in tree["instruments"]}
        tree["quotes"] = [row for row in tree["quotes"] if row["symbol"] in kept]

    with pytest.raises(InputError, match="a perpetual, future or spot"):
        ask("bands", market=example("three-coins.market.json", options_only))
    with pytest.raises(InputError, match=r"ends in `\.png`"):
        ask("bands", market=EXAMPLES / "three-coins.market.json", picture=tmp_path / "bands.jpg")
