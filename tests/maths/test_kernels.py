"""Compiled forms against the NumPy forms that define them, against the references, and where nothing can be kept."""

import os
import subprocess
import sys
import textwrap
from pathlib import Path

import numpy as np
import pytest
from maths.test_black import reference_inputs
from maths.test_implied import question

from oracle_core.errors import PricingError
from oracle_core.maths.black import BlackCore, black_core, black_price
from oracle_core.maths.implied import implied_vol
from oracle_core.maths.kernels import batch, size

ROOT = Path(__file__).resolve().parents[2]
MANY = 70_000


def options(count: int = MANY, *, seed: int = 7) -> dict[str, np.ndarray]:
    """Options from one minute to four years, up to six standard deviations from the money, with and without rates."""
    draw = np.random.default_rng(seed)
    years, vol = np.exp(draw.uniform(np.log(2e-6), np.log(4.0), count)), draw.uniform(0.01, 3.0, count)
    forward = draw.choice([0.5, 100.0, 60_000.0], count)
    deviations = draw.uniform(-6.0, 6.0, count) * (draw.random(count) > 0.1)
    return {
        "forward": forward, "strike": forward * np.exp(deviations * vol * np.sqrt(years)), "years": years, "vol": vol,
        "sign": draw.choice([-1.0, 1.0], count), "discount": np.exp(-draw.choice([0.0, 0.05, -0.02], count) * years),
    }  # fmt: skip


def numpy_form(call, **inputs):
    """A public function in pieces too small for compiled code."""
    names, arrays = list(inputs), np.broadcast_arrays(*inputs.values())
    pieces = [
        call(**dict(zip(names, piece, strict=True)))
        for piece in zip(*(np.array_split(a, 8) for a in arrays), strict=True)
    ]
    return np.concatenate([np.atleast_2d(np.asarray(piece)) for piece in pieces], axis=1)


@pytest.mark.parametrize("with_discount", [False, True])
def test_the_compiled_greeks_are_those_of_the_numpy_form(with_discount) -> None:
    drawn = options() | ({} if with_discount else {"discount": 1.0})
    compiled, defined = batch.core(**drawn), numpy_form(black_core, **drawn)
    forward, strike = drawn["forward"], drawn["strike"]
    high, root = np.maximum(forward, strike), np.sqrt(drawn["years"])
    scales = BlackCore(
        price=high, delta=1.0, gamma=1.0 / (forward * np.maximum(drawn["vol"] * root, 1e-12)), vega=high * root,
        theta=high * (drawn["vol"] / root + 1.0),
    )  # fmt: skip
    for name, ours, theirs, scale in zip(BlackCore._fields, compiled, defined, scales, strict=True):
        assert np.max(np.abs(ours - theirs) / scale) <= 1e-13, name


def test_the_compiled_wings_keep_their_digits() -> None:
    drawn = options()
    compiled, defined = batch.core(**drawn)[0], numpy_form(black_core, **drawn)[0]
    wing = drawn["sign"] * (drawn["forward"] - drawn["strike"]) < 0.0
    worth = wing & (defined > 1e-12 * drawn["forward"]) & (drawn["vol"] * np.sqrt(drawn["years"]) > 0.01)
    assert np.max(np.abs(compiled[worth] / defined[worth] - 1.0)) <= 1e-10
    assert worth.sum() > 10_000


@pytest.mark.parametrize("with_discount", [False, True])
def test_the_compiled_vols_are_those_of_the_numpy_form(with_discount) -> None:
    drawn = options() | ({} if with_discount else {"discount": 1.0})
    core = numpy_form(black_core, **drawn)
    asked = {name: drawn[name] for name in ("forward", "strike", "years", "sign", "discount")} | {"price": core[0]}
    compiled, defined = batch.vols(**asked), numpy_form(implied_vol, **asked)[0]
    assert np.array_equal(np.isnan(compiled), np.isnan(defined))
    assert np.array_equal(compiled == 0.0, defined == 0.0)
    found = np.isfinite(compiled) & (compiled > 0.0)
    rounding = 2.0 * np.spacing(core[0]) / np.maximum(core[3], 1e-300)
    worse = np.abs(compiled - defined) > 1e-13 * defined + rounding
    assert not np.any(worse & found)


def test_the_compiled_vols_of_prices_at_their_bound_or_of_absurd_strikes_are_those_of_the_numpy_form() -> None:
    drawn = options(20_000)
    absurd = drawn["forward"] * np.exp(np.random.default_rng(1).uniform(-100.0, 100.0, 20_000))
    bound = drawn["discount"] * np.where(drawn["sign"] > 0.0, drawn["forward"], drawn["strike"])
    for strike, price in ((drawn["strike"], bound), (absurd, None)):
        asked = drawn | {"strike": strike}
        vol = asked.pop("vol")
        worth = black_price(vol=vol, **asked) if price is None else price
        compiled, defined = batch.vols(**asked, price=worth), numpy_form(implied_vol, **asked, price=worth)[0]
        compiled = np.where(compiled == -1.0, defined, compiled)
        assert np.array_equal(np.isnan(compiled), np.isnan(defined))
        assert np.array_equal(compiled == 0.0, defined == 0.0)


@pytest.mark.requirement("PRI-01")
@pytest.mark.parametrize("model", ["black76", "bsm"])
def test_compiled_price_and_greeks_match_the_references(model, references, tally) -> None:
    for case in (c for c in references("bs_mpmath.json")["cases"] if c["model"] == model):
        positional, keywords, _ = reference_inputs(case)
        rows = batch.core(*positional, **keywords)
        if rows is None:  # expired, or beyond what the loop is made for: the NumPy form answers
            continue
        found = BlackCore(*rows)
        tally.compare(case["id"], found.price, case["expected"]["price"], 1e-14 * case["abs_scale"]["price"])
        tally.compare(case["id"], found.vega, case["expected"]["vega"], 1e-12 * case["abs_scale"]["vega"])


@pytest.mark.requirement("PRI-05")
def test_every_reference_vol_is_found_compiled(references, tally) -> None:
    for case in references("iv_mpmath.json")["cases"]:
        positional, keywords = question(case["inputs"])
        vol = float(batch.vols(*positional, **keywords))
        if vol == -1.0:
            vol = float(implied_vol(*positional, **keywords))
        expected, tolerance = case["expected"]["sigma_of_the_double_price"], case.get("tol_abs_sigma")
        if expected is None:
            tally.compare(case["id"], 0.0 if np.isnan(vol) else vol, 0.0, 1e-300)
        elif tolerance is None:
            again = black_price(*positional[1:], vol, **keywords)
            tally.compare(case["id"], again, positional[0], 4 * float(np.spacing(positional[0])))
        else:
            tight = 2e-14 * float(expected) + 2.0 * case["one_ulp_of_price_in_vol"]
            tally.compare(case["id"], vol, expected, min(tolerance, tight))


def test_prices_no_vol_explains_have_none_compiled(references) -> None:
    for case in references("iv_mpmath.json")["violations"]:
        positional, keywords = question(case["inputs"])
        assert float(batch.vols(*positional, **keywords)) in (-1.0,) or np.isnan(batch.vols(*positional, **keywords))


def test_one_and_two_threads_give_the_same_bits() -> None:
    drawn = options()
    one, two = (batch.core(**drawn, threads=count) for count in (1, 2))
    assert np.array_equal(one, two)
    asked = {name: drawn[name] for name in ("forward", "strike", "years", "sign", "discount")} | {"price": one[0]}
    assert np.array_equal(*(batch.vols(**asked, threads=count) for count in (1, 2)), equal_nan=True)


def test_large_batches_go_through_compiled_code_and_say_the_same(monkeypatch) -> None:
    drawn = options(30_000)
    defined = numpy_form(black_core, **drawn)
    seen = []
    monkeypatch.setattr(batch, "core", lambda *a, original=batch.core, **k: seen.append(a) or original(*a, **k))
    large = black_core(**drawn)
    assert seen
    assert np.max(np.abs(large.delta - defined[1])) <= 1e-13
    assert black_core(drawn["forward"][:200, None], drawn["forward"][None, :200], 0.1, 0.5, sign=1).price.shape == (
        200,
        200,
    )


def test_a_fault_in_a_large_batch_is_named_as_in_a_small_one() -> None:
    drawn = options(30_000)
    drawn["vol"][12_345] = -0.5
    with pytest.raises(PricingError, match=r"black: vol\[12345\]: `-0.5`"):
        black_core(**drawn)
    with pytest.raises(PricingError, match="broadcast together"):
        black_core(np.ones(30_000), np.ones(30_001), 1.0, 0.5, sign=1)


def test_what_the_loops_are_not_made_for_is_left_to_the_numpy_form() -> None:
    count = 30_000
    forward = np.full(count, 1e-150)
    assert np.array_equal(
        black_core(forward, forward, 1.0, 0.5, sign=1).price,
        np.full(count, float(black_core(1e-150, 1e-150, 1.0, 0.5, sign=1).price)),
    )
    prices = np.full(count, 5.0)
    prices[:3] = np.nan, 0.0, 200.0
    years = np.full(count, 1.0)
    years[3] = 0.0
    vols = implied_vol(prices, 100.0, 100.0, years, sign=1)
    assert np.isnan(vols[:4]).all()
    assert np.ptp(vols[4:]) == 0.0
    assert np.isnan(
        implied_vol(np.append(prices, -1.0), np.append(np.full(count, 100.0), np.nan), 100.0, 1.0, sign=1)[-1]
    )


def run_python(code: str, **environment: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(code)], env=os.environ | environment, cwd=ROOT, capture_output=True,
        text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_small_calls_import_no_numba() -> None:
    code = f"""
        import sys
        import numpy as np
        from oracle_core.maths.black import black_core
        from oracle_core.maths.implied import implied_vol
        price = black_core(np.full({size.LEAST}, 100.0), 110.0, 0.5, 0.6, sign=1).price
        implied_vol(price, 100.0, 110.0, 0.5, sign=1)
        print("numba" in sys.modules)
    """
    assert run_python(code) == "False"


@pytest.mark.parametrize("writable", [True, False])
def test_compiled_code_works_where_nothing_can_be_kept(writable, tmp_path) -> None:
    folder = tmp_path / "cache"
    folder.mkdir() if writable else folder.write_text("a file, so that no folder can be made here")
    code = """
        import numpy as np
        from numba.core import caching
        from oracle_core.maths.kernels import jit
        caching.CacheImpl._locator_classes = [caching.UserProvidedCacheLocator]
        from oracle_core.maths.kernels import batch
        print(batch.core(np.full(3, 100.0), 100.0, 1.0, 0.2, sign=1)[0][2].round(4))
    """
    assert run_python(code, NUMBA_CACHE_DIR=str(folder)) == "7.9656"
    assert (len(list(folder.rglob("*.nbi"))) > 0) if writable else folder.is_file()
