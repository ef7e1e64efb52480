"""Paths: the same for any chunk and any number of threads, and worth what the closed forms say."""

import math
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from oracle_core.errors import PricingError
from oracle_core.maths.black import black_price
from oracle_core.maths.draws import normals, uniforms
from oracle_core.maths.heston import HestonModel, heston
from oracle_core.maths.jumps import JumpModel, bates, merton
from oracle_core.maths.paths import (
    Sampling,
    bates_paths,
    block_bootstrap,
    gbm,
    heston_paths,
    merton_paths,
)

CALM = HestonModel(v0=0.36, kappa=3.0, theta=0.49, xi=1.5, rho=-0.2)
BROKEN = HestonModel(v0=0.05, kappa=0.5, theta=0.3, xi=2.0, rho=-0.6)
JUMPS = JumpModel(rate=8.0, mean=-0.05, deviation=0.1)
HISTORY = 0.02 * np.random.default_rng(11).standard_normal(300)
MODELS = {
    "gbm": lambda sampling: gbm(100.0, 0.6, sampling),
    "merton": lambda sampling: merton_paths(100.0, 0.5, JUMPS, sampling),
    "heston": lambda sampling: heston_paths(100.0, CALM, sampling).price,
    "heston, Feller broken": lambda sampling: heston_paths(100.0, BROKEN, sampling).price,
    "bates": lambda sampling: bates_paths(100.0, CALM, JUMPS, sampling).price,
    "bootstrap": lambda sampling: block_bootstrap(100.0, HISTORY, sampling, block=10),
}
EXACT = {
    "gbm": lambda strike, t, sign: black_price(100.0, strike, t, 0.6, sign=sign),
    "merton": lambda strike, t, sign: merton(100.0, strike, t, 0.5, JUMPS, sign=sign).price,
    "heston": lambda strike, t, sign: heston(100.0, strike, t, CALM, sign=sign).price,
    "heston, Feller broken": lambda strike, t, sign: heston(100.0, strike, t, BROKEN, sign=sign).price,
    "bates": lambda strike, t, sign: bates(100.0, strike, t, CALM, JUMPS, sign=sign).price,
}


@pytest.mark.parametrize("model", MODELS)
def test_chunks_and_threads_give_the_rows_of_the_whole(model) -> None:
    def chunk(first: int) -> np.ndarray:
        return MODELS[model](Sampling(paths=50, steps=30, step=1 / 365, seed=42, first_path=first))

    whole = MODELS[model](Sampling(paths=200, steps=30, step=1 / 365, seed=42))
    with ThreadPoolExecutor(2) as two:
        chunks = list(two.map(chunk, range(0, 200, 50)))
    assert np.array_equal(np.concatenate(chunks), whole)
    assert not np.array_equal(whole, MODELS[model](Sampling(paths=200, steps=30, step=1 / 365, seed=43)))


@pytest.mark.parametrize("model", EXACT)
@pytest.mark.parametrize("antithetic", [False, True])
def test_option_values_agree_with_closed_forms_within_three_standard_errors(model, antithetic) -> None:
    steps, step = 60, 0.25 / 60
    paths = MODELS[model](Sampling(paths=40_000, steps=steps, step=step, seed=20_261_120, antithetic=antithetic))
    assert np.isfinite(paths).all()
    for strike, sign in ((80.0, -1), (100.0, +1), (130.0, +1)):
        payoff = np.maximum(sign * (paths[:, -1] - strike), 0.0)
        independent = payoff.reshape(-1, 2).mean(axis=1) if antithetic else payoff
        error = independent.std(ddof=1) / math.sqrt(independent.size)
        assert abs(payoff.mean() - EXACT[model](strike, steps * step, sign)) <= 3.0 * error
    assert abs(paths[:, -1].mean() - 100.0) <= 3.0 * paths[:, -1].std() / 200.0


@pytest.mark.parametrize("model", EXACT)
def test_moment_matched_paths_are_fair_exactly(model) -> None:
    sampling = Sampling(paths=500, steps=12, step=1 / 52, seed=5, moment_matched=True)
    assert np.allclose(MODELS[model](sampling).mean(axis=0), 100.0, rtol=1e-13)


def test_moment_matching_narrows_the_error_of_a_price() -> None:
    def errors(matched: bool) -> float:
        exact = black_price(100.0, 100.0, 0.25, 0.6, sign=+1)
        found = [
            np.maximum(gbm(100.0, 0.6, Sampling(400, 1, 0.25, seed=s, moment_matched=matched))[:, -1] - 100, 0).mean()
            for s in range(40)
        ]
        return float(np.sqrt(np.mean((np.array(found) - exact) ** 2)))

    assert errors(True) < 0.5 * errors(False)


def test_antithetic_pairs_mirror_each_other() -> None:
    pairs = gbm(100.0, 0.6, Sampling(paths=10, steps=5, step=0.1, seed=9, antithetic=True))
    assert np.allclose(pairs[0::2] * pairs[1::2], 100.0**2 * np.exp(-(0.6**2) * 0.1 * np.arange(6)), rtol=1e-13)
    later = gbm(100.0, 0.6, Sampling(paths=4, steps=5, step=0.1, seed=9, first_path=6, antithetic=True))
    assert np.array_equal(later, pairs[6:])


def test_drift_moves_the_expected_price() -> None:
    grown = heston_paths(100.0, CALM, Sampling(20_000, 20, 1 / 20, seed=3, moment_matched=True), drift=0.1).price
    assert np.allclose(grown.mean(axis=0), 100.0 * np.exp(0.1 * np.arange(21) / 20), rtol=1e-13)


def test_without_vol_of_vol_the_variance_is_its_mean() -> None:
    still = CALM._replace(xi=0.0)
    variance = heston_paths(100.0, still, Sampling(3, 10, 0.1, seed=1)).variance
    assert np.allclose(variance, 0.49 + (0.36 - 0.49) * np.exp(-3.0 * 0.1 * np.arange(11)), rtol=1e-13)


def test_the_variance_has_the_mean_and_spread_of_its_law() -> None:
    sampling = Sampling(40_000, 1, 0.5, seed=17)
    for model in (CALM, BROKEN):
        after = heston_paths(100.0, model, sampling).variance[:, -1]
        faded = math.exp(-model.kappa * 0.5)
        mean = model.theta + (model.v0 - model.theta) * faded
        law = model.xi**2 / model.kappa * (1 - faded) * (model.v0 * faded + 0.5 * model.theta * (1 - faded))
        assert (after >= 0.0).all()
        assert abs(after.mean() - mean) <= 3.0 * math.sqrt(law / 40_000)
        assert abs(after.var() / law - 1.0) <= 0.05


def test_a_bootstrap_keeps_the_order_inside_its_blocks() -> None:
    history = 0.001 * np.arange(50)
    path = block_bootstrap(1.0, history, Sampling(20, 40, 1.0, seed=2), block=8)
    steps = np.diff(np.log(path), axis=1).reshape(20, 5, 8)
    places = np.rint(steps / 0.001).astype(int)
    assert np.all(np.diff(places, axis=2) % 50 == 1)


def test_one_block_may_be_the_whole_history() -> None:
    path = block_bootstrap(1.0, HISTORY, Sampling(3, 300, 1.0, seed=2), block=300)
    assert np.allclose(path[:, -1], math.exp(HISTORY.sum()), rtol=1e-12)


def test_a_centred_bootstrap_has_no_drift() -> None:
    drifting = HISTORY + 0.01
    path = block_bootstrap(1.0, drifting, Sampling(4000, 30, 1.0, seed=2), block=5, centred=True)
    moves = np.log(path[:, -1])
    assert abs(moves.mean()) <= 4.0 * moves.std() / math.sqrt(4000)


@given(paths=st.integers(0, 20), steps=st.integers(0, 9), seed=st.integers(0, 2**63), first=st.integers(0, 10**9))
def test_draws_are_inside_the_unit_interval_and_finite(paths, steps, seed, first) -> None:
    draws = uniforms(paths, steps, seed=seed, first_path=first)
    assert draws.shape == (paths, steps)
    assert ((draws > 0.0) & (draws < 1.0)).all()
    assert np.isfinite(normals(draws)).all()


def test_matched_normals_have_mean_0_and_variance_1() -> None:
    matched = normals(uniforms(50, 8, seed=4), moment_matched=True)
    assert np.allclose(matched.mean(axis=0), 0.0, atol=1e-14)
    assert np.allclose(matched.std(axis=0), 1.0, rtol=1e-13)


def test_draws_are_uniform_and_independent() -> None:
    draws = uniforms(500, 400, seed=1)
    counts = np.histogram(draws, bins=100, range=(0, 1))[0]
    assert ((counts - 2000) ** 2 / 2000).sum() < 150.0
    between = np.corrcoef(draws[:50])
    assert np.abs(between[~np.eye(50, dtype=bool)]).max() < 0.25


@pytest.mark.parametrize(
    "call",
    [
        lambda: gbm(-1.0, 0.5, Sampling(2, 2, 0.1, seed=1)),
        lambda: gbm(100.0, math.nan, Sampling(2, 2, 0.1, seed=1)),
        lambda: gbm(100.0, 0.5, Sampling(2, 2, 0.1, seed=-1)),
        lambda: gbm(100.0, 0.5, Sampling(0, 2, 0.1, seed=1)),
        lambda: gbm(100.0, 0.5, Sampling(3, 2, 0.1, seed=1, antithetic=True)),
        lambda: gbm(100.0, 0.5, Sampling(2, 2, 0.1, seed=1, first_path=2, moment_matched=True)),
        lambda: heston_paths(100.0, CALM._replace(rho=1.5), Sampling(2, 2, 0.1, seed=1)),
        lambda: merton_paths(100.0, 0.5, JUMPS._replace(deviation=-1.0), Sampling(2, 2, 0.1, seed=1)),
        lambda: block_bootstrap(1.0, [0.1, 0.2], Sampling(2, 2, 1.0, seed=1), block=3),
    ],
)
def test_what_cannot_be_drawn_is_refused(call) -> None:
    with pytest.raises(PricingError, match="expected"):
        call()
