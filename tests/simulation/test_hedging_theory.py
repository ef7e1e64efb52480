"""The path simulator against a million paths of others, and what frequency does and does not do."""

import numpy as np
import pytest

from oracle_core.maths.black import black_price
from oracle_core.maths.paths import Sampling, gbm
from oracle_core.maths.structures import straddle
from oracle_core.simulation.path_hedging import HedgedOption, Sold, Trade, hedge_paths

PATHS = 40_000
RULES = {"ww": Trade.WHALLEY_WILMOTT, "fixed": Trade.BAND_EDGE, None: Trade.EVERY_STEP}


def cases(file: dict) -> dict[str, dict]:
    """Every Monte Carlo entry once; those of gamma P&L in the shape of the rest."""
    found = {case["id"]: case for case in file["monte_carlo_all"]}
    for case in (*file["leland"]["mc"], *file["bands"]["mc_ww"]):
        found.setdefault(case["id"], case)
    for case in (case for case in file["gamma_pnl"]["cases"] if "expected" in case):
        i, expected = case["inputs"], case["expected"]
        same = {"S0": i["S0"], "K": i["K"], "T": i["T"], "sr": i["realised"], "si": i["sold_at"], "N": i["N"]}
        found[f"{case['id']} at implied"] = {"inputs": same, "mc": expected["mc_hedge_at_implied"]}
        at_realised = same | {"hedge_vol": i["realised"]}
        found[f"{case['id']} at realised"] = {"inputs": at_realised, "mc": expected["mc_hedge_at_realised"]}
    return found


def spread_error(sample: np.ndarray) -> float:
    """Standard error of a sample's standard deviation."""
    centred = sample - sample.mean()
    variance = float(np.mean(centred**2))
    return float(np.sqrt((np.mean(centred**4) - variance**2) / (4.0 * variance * sample.size)))


@pytest.mark.requirement("SIM-19")
def test_every_monte_carlo_reference_lies_within_three_standard_errors(references, tally) -> None:
    found = cases(references("hedging_theory.json"))
    assert len(found) >= 7
    for seed, (name, case) in enumerate(found.items()):
        i, mc = case["inputs"], case["mc"]
        option = HedgedOption(
            strike=i["K"], years=i["T"], vol=i.get("hedge_vol", i["si"]), cost=i.get("cost", 0.0),
            trade=RULES[i.get("rule")], risk_aversion=i.get("ra", 1.0), half_width=i.get("band", 0.0),
        )  # fmt: skip
        spot = gbm(i["S0"], i["sr"], Sampling(PATHS, i["N"], i["T"] / i["N"], seed=seed + 1))
        result = hedge_paths(option, spot)
        pnl = result.pnl + float(black_price(i["S0"], i["K"], i["T"], i.get("price_vol", i["si"]), sign=+1))
        error = np.hypot(pnl.std(ddof=1) / np.sqrt(PATHS), mc["mean_se"])
        tally.compare(f"{name} mean", pnl.mean(), mc["mean"], 3.0 * error)
        tally.compare(f"{name} std", pnl.std(ddof=1), mc["std"], 3.0 * np.hypot(spread_error(pnl), mc["std_se"]))
        if option.cost:
            turnover = result.paid / option.cost
            tally.compare(f"{name} turnover", turnover.mean(), mc["mean_turnover"], 4.2 * turnover.std() / PATHS**0.5)


EVERY = (1, 4, 16, 48, 240)
FREE = ((2.283, 0.006, 1.13), (2.274, 0.008, 1.58), (2.260, 0.013, 2.67), (2.251, 0.022, 4.32), (2.188, 0.045, 8.93))
AT_5_BP = (1.53, 1.90, 2.07, 2.15, 2.16)


@pytest.mark.requirement("SIM-19", "W13")
def test_frequency_makes_no_profit_it_trades_variance_against_cost() -> None:
    """A 30-day straddle bought and hedged at 60 %, on paths of 70 %: the longer the wait the wider, not the poorer."""
    life, steps = 30 / 365, 480
    spot = gbm(100.0, 0.7, Sampling(PATHS, steps, life / steps, seed=13))
    premium = float(straddle(100.0, 100.0, life, 0.6).greeks.price)
    worth = float(straddle(100.0, 100.0, life, 0.7).greeks.price) - premium
    assert round(worth, 4) == 2.2775
    spreads = []
    for every, (mean, its_error, std), net_of_cost in zip(EVERY, FREE, AT_5_BP, strict=True):
        option = HedgedOption(strike=100.0, years=life, vol=0.6, cost=5e-4, sold=Sold.STRADDLE)
        sold = hedge_paths(option, np.ascontiguousarray(spot[:, ::every]))
        # The buyer has the seller's result the other way round, and pays the same for his hedges.
        bought = -(sold.pnl + sold.paid) - premium
        error = bought.std(ddof=1) / np.sqrt(PATHS)
        assert abs(bought.mean() - mean) <= 3.0 * np.hypot(error, its_error), every
        assert abs(bought.mean() - worth) <= 3.0 * error, every
        assert bought.std() == pytest.approx(std, rel=0.03), every
        assert abs((bought - sold.paid).mean() - net_of_cost) <= 3.0 * np.hypot(error, its_error), every
        spreads.append(bought.std())
    assert (np.diff(spreads) > 0.0).all()


@pytest.mark.requirement("HED-31")
def test_hedging_at_the_most_useful_frequency_beats_four_times_as_often_and_a_quarter_as_often() -> None:
    """Ten straddles of 60 days, hedged for a day; cost and half the risk aversion times variance, per option."""
    from oracle_core.maths.hedge_frequency import useful_frequency

    vol, life, cost, aversion = 0.6, 60 / 365, 5e-4, 2.0
    gamma = float(straddle(100.0, 100.0, life, vol).greeks.gamma)
    found = useful_frequency(100.0, gamma, vol, cost=cost, risk_aversion=aversion)
    steps = 2 * max(1, round(life / 3.0 / float(found.interval)))
    totals = []
    for number in (4 * steps, steps, steps // 4):
        horizon = steps * float(found.interval)
        path = gbm(100.0, vol, Sampling(4_000, number, horizon / number, seed=7))
        left = life - horizon / number * np.arange(number + 1)
        deltas = np.stack([straddle(path[:, n], 100.0, left[n], vol).greeks.delta for n in range(number)], axis=1)
        paid = cost * (np.abs(np.diff(deltas, axis=1)) * path[:, 1:-1]).sum(axis=1)
        ends = [straddle(path[:, n], 100.0, left[n], vol).greeks.price for n in (0, -1)]
        gain = ends[1] - ends[0] - (deltas * np.diff(path, axis=1)).sum(axis=1)
        totals.append(float(paid.mean() + 0.5 * aversion * gain.var()))
    assert totals[1] < totals[0]
    assert totals[1] < totals[2]
