"""Signs, units and worked examples that every screen relies on: one option in every unit, and the straddle."""

import math

import numpy as np
import pytest

from oracle_core.maths.bands import break_even_move
from oracle_core.maths.black import black
from oracle_core.maths.inverse import inverse
from oracle_core.maths.structures import straddle


def test_one_option_is_the_same_in_model_and_desk_units(references, tally) -> None:
    worked = references("conventions.json")["worked"]
    f, k, t, vol = 60_000.0, 60_000.0, 30 / 365, 0.55
    g, coin = black(f, k, t, vol, sign=+1), inverse(f, k, t, vol, sign=+1)
    spread = vol * math.sqrt(t)
    model = {name: getattr(g, name) for name in ("price", "delta", "gamma", "vega", "theta", "vanna", "volga", "charm")}
    model |= {"speed": g.speed, "zomma": g.zomma, "color": g.colour, "d1": spread / 2, "d2": -spread / 2}
    # With the forward fixed a rate only discounts: dV/dr = -T V.
    model["rho"] = -t * g.price
    desk = {
        "price_usd": g.price, "price_coin": coin.price, "delta": g.delta,
        "net_transaction_delta": coin.net_transaction_delta, "gamma_per_dollar": g.gamma,
        "gamma_1pct_coin": g.gamma * f / 100, "dollar_gamma_1pct": g.gamma * f * f / 100,
        "vega_per_volpoint": g.vega / 100, "theta_per_day": g.theta / 365, "vanna_delta_per_volpoint": g.vanna / 100,
        "volga_vega_per_volpoint": g.volga / 1e4, "charm_delta_per_day": g.charm / 365,
        "speed_gamma_per_dollar": g.speed, "color_gamma_per_day": g.colour / 365,
        "breakeven_daily_move_pct": 100.0 * break_even_move(vol),
    }  # fmt: skip
    for units, found in (("model_units", model), ("desk_units", desk)):
        assert found.keys() == worked[units].keys()
        for name, expected in worked[units].items():
            tally.compare(f"{units} {name}", found[name], expected, 2e-11 * abs(float(expected)))


def test_every_reconstruction_of_the_straddle_gives_the_delta_that_was_hedged(references, tally) -> None:
    """All pairs of volatility and expiry that make the options alone 3.554 short, or net of the first hedge."""
    file = references("seed_example.json")
    for case in file["solutions"]:
        rate, left, life = case["r"], case["days_left_when_hedged"] / 365, case["expiry_days_from_trade"] / 365
        # A spot model with a rate is Black on the forward; its spot delta is the undiscounted N(d1).
        then = black(1813.0 * math.exp(rate * life), 1800.0, life, case["iv"], sign=np.array([1, -1]))
        now = black(1900.0 * math.exp(rate * left), 1800.0, left, case["iv"], sign=np.array([1, -1]))
        premium = 10.0 * math.exp(-rate * life) * then.price.sum()
        worth = 10.0 * math.exp(-rate * left) * now.price.sum()
        name = f"{case['iv']} over {case['expiry_days_from_trade']} days"
        tally.compare(f"{name} call", now.delta[0], case["call_delta_d10"], 1e-6)
        tally.compare(f"{name} put", now.delta[1], case["put_delta_d10"], 1e-6)
        tally.compare(f"{name} day 0", -10.0 * then.delta.sum(), case["initial_net_delta_at_1813"], 6e-6)
        tally.compare(f"{name} premium", premium, case["premium_received_usd"], 2e-3)
        tally.compare(f"{name} worth", worth, case["straddle_value_d10_usd"], 2e-3)
        tally.compare(f"{name} P&L", premium - worth, case["short_straddle_pnl_d10_usd"], 3e-3)
    for case in file["round_number_matches"]:
        years = case["days_left"] / 365
        found = black(1900.0 * math.exp(case["r"] * years), 1800.0, years, case["iv"], sign=np.array([1, -1]))
        tally.compare(f"round {case['iv']}", -10.0 * found.delta.sum(), case["net_delta"], 6e-6)
    for case in file["variant_net_of_initial_hedge"]:
        life = case["expiry_days_from_trade"] / 365
        first = straddle(1813.0, 1800.0, life, case["iv"])
        later = straddle(1900.0, 1800.0, life - 10 / 365, case["iv"])
        tally.compare(f"net {case['iv']} first", -10.0 * first.hedge, case["initial_hedge_eth"], 1e-4)
        tally.compare(f"net {case['iv']} options", 10.0 * later.hedge, case["options_delta_d10"], 1e-4)
        tally.compare(f"net {case['iv']}", 10.0 * (later.hedge - first.hedge), -3.554, 5e-4)


def test_the_straddle_sold_hedged_and_held_for_ten_days_earns_156_because_little_happened(references, tally) -> None:
    best = references("seed_example.json")["best_reconstruction"]
    expected, inside = best["expected"], best["tol"]
    first, later = straddle(1813.0, 1800.0, 30 / 365, 0.42), straddle(1900.0, 1800.0, 20 / 365, 0.42)
    hedge = -10.0 * float(first.hedge)
    found = {
        "options_delta_t0": -hedge, "initial_hedge_buy_eth": hedge, "options_delta_t10": 10.0 * later.hedge,
        "net_delta_t10_before_rehedge": 10.0 * later.hedge + hedge, "rehedge_buy_eth": -10.0 * later.hedge - hedge,
        "total_perp_after": -10.0 * later.hedge,
        "premium_received_usd": 10.0 * first.greeks.price, "straddle_value_t10_usd": 10.0 * later.greeks.price,
        "options_pnl_usd": 10.0 * (first.greeks.price - later.greeks.price), "initial_hedge_pnl_usd": hedge * 87.0,
        "net_pnl_t10_usd_ex_costs_funding": 10.0 * (first.greeks.price - later.greeks.price) + hedge * 87.0,
    }  # fmt: skip
    assert found.keys() == expected.keys() - {"legs"}
    for name, value in found.items():
        tally.compare(name, value, expected[name], inside["usd"] if name.endswith("usd") else inside["delta"])
    for name, sign in (("call", +1), ("put", -1)):
        for day, greeks in (
            ("t0", black(1813.0, 1800.0, 30 / 365, 0.42, sign=sign)),
            ("t10", black(1900.0, 1800.0, 20 / 365, 0.42, sign=sign)),
        ):
            for greek, value in expected["legs"][f"{name}_{day}"].items():
                tally.compare(f"{name} {day} {greek}", getattr(greeks, greek), value, 1e-12 * abs(float(value)))
    # What moved was less than what was paid for: 4.69 % in ten days against an implied 6.95 %.
    assert abs(math.log(1900 / 1813)) == pytest.approx(0.0469, abs=5e-5)
    assert 0.42 * math.sqrt(10 / 365) == pytest.approx(0.0695, abs=5e-5)


def test_a_week_of_a_hedged_call_comes_apart_into_its_terms(references, tally) -> None:
    """Each term with the Greeks at the start of its day; what is left is what the table calls its residuals."""
    (case,) = (case for case in references("hedging_theory.json")["gamma_pnl"]["cases"] if "rows" in case)
    for row in case["rows"]:
        days, move, moved = row["days_left"], row["S1"] - row["S0"], row["iv1"] - row["iv0"]
        g = black(row["S0"], 100.0, days / 365, row["iv0"], sign=+1)
        later = black(row["S1"], 100.0, (days - 1) / 365, row["iv1"], sign=+1)
        found = {
            "option": later.price - g.price, "hedge": -g.delta * move, "delta": g.delta * move,
            "gamma": 0.5 * g.gamma * move**2, "theta": g.theta / 365, "vega": g.vega * moved,
            "vanna": g.vanna * move * moved, "volga": 0.5 * g.volga * moved**2, "delta0": g.delta, "gamma0": g.gamma,
            "vega0": g.vega, "theta0_per_day": g.theta / 365,
            "gamma_theta_identity": 0.5 * g.gamma * move**2 + g.theta / 365,
        }  # fmt: skip
        first = found["delta"] + found["gamma"] + found["theta"] + found["vega"]
        found |= {"resid1": found["option"] - first}
        found |= {"resid2": found["resid1"] - found["vanna"] - found["volga"]}
        for name, value in found.items():
            tally.compare(f"day {row['day']} {name}", value, row[name], 1e-11)


def test_deltas_as_currency_options_quote_them_are_those_of_ours(references, tally) -> None:
    """Domestic and foreign discount are a forward; premium-adjusted delta is the net transaction delta."""
    for case in references("bs_published.json")["fx_delta_cases"]:
        i = case["inputs"]
        forward = i["S"] * i["for_discount"] / i["dom_discount"]
        sign = +1 if i["flag"] == "call" else -1
        g = black(forward, i["K"], 1.0, i["stdev"], sign=sign, discount=i["dom_discount"])
        per_spot = {"Spot": i["for_discount"], "PaSpot": i["for_discount"], "Fwd": 1.0, "PaFwd": 1.0}[i["delta_type"]]
        delta = float(g.delta) / i["dom_discount"] * per_spot
        if i["delta_type"].startswith("Pa"):
            delta -= float(g.price) / i["dom_discount"] / forward * per_spot
        tally.compare(f"{case['id']} {i['delta_type']}", delta, case["exact"]["delta"], 1e-12)
        tally.compare(f"{case['id']} published", delta, case["published"]["delta"], case["tol"])
        tally.compare(f"{case['id']} price", g.price, case["exact"]["price_domestic"], 1e-13)


def test_published_greeks_are_reproduced(references, tally) -> None:
    """Spot models restated on their forward; what has no exact value beside it has the source's own tolerance."""
    from maths.test_black import in_spot, reference_inputs

    for case in references("bs_published.json")["cases"]:
        if case["model"] not in ("bsm", "black76"):
            continue
        positional, keywords, carry = reference_inputs(case)
        greeks = {name: float(value) for name, value in black(*positional, **keywords)._asdict().items()}
        if case["model"] == "bsm":
            greeks = in_spot(greeks, positional[0], case["inputs"]["S"], carry)
        found = greeks | {"theta_per_day": greeks["theta"] / 365, "vega_per_pct": greeks["vega"] / 100}
        for name in case["exact"].keys() & found.keys():
            size = max(1.0, abs(float(case["exact"][name])))
            tally.compare(f"{case['id']} {name}", found[name], case["exact"][name], 1e-11 * size)
