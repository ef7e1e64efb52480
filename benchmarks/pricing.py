"""Price with four Greeks, and implied volatility, in batches of a hundred to a million options."""

from collections.abc import Callable

import numpy as np
from scipy.special import ndtr

from benchmarks.report import Row, Section
from benchmarks.versus import Contest, Result, contested
from oracle_core.maths.black import black_core, black_price
from oracle_core.maths.implied import implied_vol
from oracle_core.maths.kernels import batch
from oracle_core.maths.kernels.black import black_core_loop

_HOW = (
    "Black (1976) with a rate of 3 %; forwards around 100, strikes 0.3 wide in the logarithm, one week to two years, "
    "volatility 20 % to 120 %. *ours* is the compiled form (`maths.kernels`) filling arrays the caller keeps, *new "
    "arrays* making its own, *public* is what `black_core` and `implied_vol` take. All check the domain; NumPy "
    "is the textbook formula over the whole array with `scipy.special.ndtr`, unchecked. fast-vollib and "
    "py_vollib_vectorized need two calls; QuantLib takes no arrays. Peak memory is that of whole processes."
)
_HOW_VOLS = (
    "Out-of-the-money options without rate, within 2.5 standard deviations; *worst* is the largest error of the "
    "volatility found where the price has at least 1e-8 of the forward."
)


def section(*, small: bool = False) -> Section:
    """Every size and number of threads."""
    sizes = ((50, 1), (200, 2)) if small else ((100, 1), (10_000, 1), (1_000_000, 1), (1_000_000, 2))
    runs = 2 if small else 7
    rows: list[Row] = []
    for count, threads in sizes:
        rows += contested(greeks_contest(count, threads, peers=not small), runs=runs if count <= 10_000 else 5)
    for count, threads in sizes[-2:]:
        rows += contested(vols_contest(count, threads, peers=not small), runs=min(runs, 3))
    return Section("pricing", "Pricing and implied volatility", tuple(rows), notes=(_HOW, _HOW_VOLS))


def options(count: int, rate: float = 0.03, seed: int = 1) -> dict[str, np.ndarray]:
    """A seeded batch; half calls."""
    draw = np.random.default_rng(seed)
    forward = 100.0 * draw.uniform(0.9, 1.1, count)
    years = draw.uniform(7 / 365, 2.0, count)
    return {
        "forward": forward, "strike": forward * np.exp(draw.normal(0.0, 0.3, count)), "years": years,
        "vol": draw.uniform(0.2, 1.2, count), "sign": draw.choice([-1.0, 1.0], count), "rate": np.full(count, rate),
        "discount": np.exp(-rate * years),
    }  # fmt: skip


def greeks_contest(count: int, threads: int, *, peers: bool) -> Contest:
    """Goals are promised at a million options, and at a hundred."""
    o = options(count)
    asked = [o[name] for name in ("forward", "strike", "years", "vol")]
    goals = {(100, 1): (4.0, 15.0), (1_000_000, 1): (5.0, 11.0), (1_000_000, 2): (None, 15.0)}
    over_numpy, over_numba = goals.get((count, threads), (None, None))
    space = (np.empty(count), np.empty(count), np.empty(count), np.empty(count), np.empty(count))

    def allocated() -> Result:
        return _rows(batch.core(*asked, sign=o["sign"], discount=o["discount"], threads=threads))

    def filled() -> Result:
        if count <= 1_000:
            black_core_loop(*asked, o["sign"], o["discount"], *space)
        else:
            batch.core(*asked, sign=o["sign"], discount=o["discount"], threads=threads, out=space)
        return _rows(space)

    here = {"NumPy and ndtr": (lambda: textbook(o), over_numpy)}
    here["ours, new arrays"] = (allocated, None)
    if count >= 1_000_000:
        here["public"] = (lambda: _rows(black_core(*asked, sign=o["sign"], discount=o["discount"])), None)
    others = {"fast-vollib, numba": ("fast_vollib", "greeks numba", over_numba)}
    if threads == 1:
        others |= {
            "fast-vollib, numpy": ("fast_vollib", "greeks numpy", None),
            "py_vollib_vectorized": ("vollib", "greeks", None),
        }
    if count == 10_000:
        others |= {"QuantLib, a loop without theta": ("quantlib", "greeks", None)}
    return Contest(
        what=f"price and 4 Greeks, {_sized(count, threads)}", inputs=o, unit="option", per=count,
        ours=filled,
        here=here, peers=others if peers else {}, threads=threads,
        own="greeks" if count >= 1_000_000 and threads == 1 else None,
        compare=lambda ours, peer: f"price differs by {np.max(np.abs(ours['price'] - peer['price'])):.1e}",
    )  # fmt: skip


def vols_contest(count: int, threads: int, *, peers: bool) -> Contest:
    """Against a true volatility that every search should find again."""
    o = options(count, rate=0.0)
    deviations = np.clip(np.random.default_rng(2).normal(0.0, 1.0, count), -2.5, 2.5)
    o["strike"] = o["forward"] * np.exp(deviations * o["vol"] * np.sqrt(o["years"]))
    o["sign"] = np.where(o["strike"] > o["forward"], 1.0, -1.0)
    o["price"] = black_price(o["forward"], o["strike"], o["years"], o["vol"], sign=o["sign"])
    asked = [o[name] for name in ("price", "forward", "strike", "years")]
    others = {
        "py_vollib_vectorized": ("vollib", "vols", 8.0 if threads == 1 else None),
        "fast-vollib, torch": ("torch", "vols torch", 16.0 if threads == 1 else None),
        "fast-vollib, numba": ("fast_vollib", "vols numba", None),
    }
    if threads == 1:
        others |= {"QuantLib, a loop": ("quantlib", "vols", None)}
    here: dict[str, tuple[Callable[[], Result], float | None]] = {}
    if count >= 1_000_000:
        here["public"] = (lambda: {"vol": implied_vol(*asked, sign=o["sign"])}, None)
    return Contest(
        what=f"implied volatility, {_sized(count, threads)}", inputs=o, unit="option", per=count,
        ours=lambda: {"vol": batch.vols(*asked, sign=o["sign"], threads=threads)}, here=here,
        peers=others if peers else {}, threads=threads, own="vols" if threads == 1 else None,
        compare=lambda _, peer: f"worst {np.nanmax(np.abs(peer['vol'] - o['vol'])[o['price'] > 1e-6]):.1e}",
    )  # fmt: skip


def _sized(count: int, threads: int) -> str:
    return f"{count:,}, {threads} thread{'s' * (threads > 1)}"


def textbook(o: Result) -> Result:
    """The formula as it stands in a book."""
    root = np.sqrt(o["years"])
    spread = o["vol"] * root
    d1 = np.log(o["forward"] / o["strike"]) / spread + 0.5 * spread
    d2 = d1 - spread
    sign, cut = o["sign"], np.exp(-o["rate"] * o["years"])
    near, far = ndtr(sign * d1), ndtr(sign * d2)
    density = cut * np.exp(-0.5 * d1 * d1) * 0.3989422804014327
    price = cut * sign * (o["forward"] * near - o["strike"] * far)
    return {
        "price": price, "delta": cut * sign * near, "gamma": density / (o["forward"] * spread),
        "vega": o["forward"] * density * root,
        "theta": o["rate"] * price - o["forward"] * density * o["vol"] / (2.0 * root),
    }  # fmt: skip


def _rows(found: object) -> Result:
    price, delta, gamma, vega, theta = found  # type: ignore[misc]
    return {"price": price, "delta": delta, "gamma": gamma, "vega": vega, "theta": theta}
