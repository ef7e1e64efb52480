"""SVI and SSVI against the reference slices, and the arbitrage checks against hand-made smiles."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from oracle_core.errors import PricingError
from oracle_core.maths import ssvi, svi
from oracle_core.maths.black import black_price

SLICES = ("a", "b", "rho", "m", "sigma")
VOGT = svi.SviSlice(-0.041, 0.1331, 0.306, 0.3586, 0.4153)


def raw(inputs: dict) -> svi.SviSlice:
    return svi.SviSlice(*(inputs[name] for name in SLICES))


@pytest.mark.requirement("PRI-09")
def test_slices_match_the_references(references, tally) -> None:
    for case in references("svi.json")["slices"]:
        smile = raw(case["inputs"])
        for point in case["points"]:
            found = svi.smile_at(float(point["k"]), smile)
            for name in ("w", "w1", "w2", "g", "density"):
                exact = float(point[name])
                # The file's tolerances; w1 crosses zero, where only an absolute one means anything.
                allowed = 1e-10 if name in ("g", "density") else 1e-12 * max(abs(exact), 0.01)
                tally.compare(f"{case['id']} {name}({point['k']})", getattr(found, name), exact, allowed)


@pytest.mark.requirement("PRI-09")
def test_shapes_and_arbitrage_verdicts_match_the_references(references, tally) -> None:
    for case in references("svi.json")["slices"]:
        smile, expected, name = raw(case["inputs"]), case["expected"], case["id"]
        found, (least, at) = svi.butterfly(smile), svi.least_variance(smile)
        left, right = svi.lee_slopes(smile)
        assert found.free is not expected["butterfly_arbitrage_in_minus3_3"]
        assert len(found.roots) == len(expected["g_roots_in_minus3_3"])
        tally.compare(f"{name} min g", found.least, expected["min_g"], 1e-10)
        tally.compare(f"{name} at", found.at, expected["k_at_min_g"], 1e-6)
        for root, exact in zip(found.roots, expected["g_roots_in_minus3_3"], strict=True):
            tally.compare(f"{name} root", root, exact, 1e-10)
        tally.compare(f"{name} least", least, expected["min_total_variance"], 1e-14)
        tally.compare(f"{name} least at", at, expected["k_at_min_variance"], 1e-14)
        tally.compare(f"{name} left", left, expected["lee_left_slope"], 1e-15)
        tally.compare(f"{name} right", right, expected["lee_right_slope"], 1e-15)
        for wing, exact in expected.get("svi_jw", {}).items():
            wings = svi.jump_wings(smile, case["inputs"]["t"])
            tally.compare(f"{name} {wing}", getattr(wings, wing), exact, 1e-11)


def test_calendar_crossings_match_the_references(references, tally) -> None:
    for case in references("svi.json")["calendar"]:
        near, far, expected = raw(case["inputs"]["near"]), raw(case["inputs"]["far"]), case["expected"]
        assert (svi.calendar_gap(near, far) < 0.0) is expected["calendar_arbitrage"]
        gap = svi.total_variance(0.0, far) - svi.total_variance(0.0, near)
        tally.compare("gap", gap, expected["far_minus_near_at_0"], 1e-15)
        for found, exact in zip(svi.calendar_crossings(near, far), expected["crossings"], strict=True):
            tally.compare("crossing", found, exact, 1e-12)


def test_ssvi_matches_the_references(references, tally) -> None:
    for number, case in enumerate(references("svi.json")["ssvi"]):
        i, expected = case["inputs"], case["expected"]
        model, theta = ssvi.SsviModel(i["rho"], i["eta"], i["gamma"]), i["theta"]
        check, smile = ssvi.ssvi_check(theta, model), ssvi.ssvi_slice(theta, model)
        tally.compare(f"{number} phi", ssvi.ssvi_phi(theta, model), expected["phi"], 1e-14)
        tally.compare(f"{number} first", check.first, expected["cond1_theta_phi_1_plus_abs_rho"], 1e-13)
        tally.compare(f"{number} second", check.second, expected["cond2_theta_phi2_1_plus_abs_rho"], 1e-13)
        assert check.free is (expected["cond1_ok_lt_4"] and expected["cond2_ok_le_4"])
        for k, exact in expected["w"].items():
            tally.compare(f"{number} w({k})", ssvi.ssvi_variance(float(k), theta, model), exact, 1e-14)
            tally.compare(f"{number} raw w({k})", svi.total_variance(float(k), smile), exact, 1e-14)
        for name in SLICES:
            tally.compare(f"{number} {name}", getattr(smile, name), expected["raw"][name], 1e-14)


@pytest.mark.parametrize(("gamma", "phi"), [(0.0, 2.0 / 1.25), (0.25, 2.0 / (0.25**0.25 * 1.25**0.75)), (1.0, 8.0)])
def test_curvature_falls_with_both_powers_of_the_variance(gamma: float, phi: float) -> None:
    assert ssvi.ssvi_phi(0.25, ssvi.SsviModel(-0.3, 2.0, gamma)) == pytest.approx(phi, rel=1e-14)


def test_jump_wings_are_per_year() -> None:
    whole, half = svi.jump_wings(VOGT, 1.0), svi.jump_wings(VOGT, 0.5)
    assert math.isclose(half.v, 2 * whole.v)
    assert math.isclose(half.v_tilde, 2 * whole.v_tilde)
    assert half[1:4] == whole[1:4]


@given(theta=st.floats(1e-4, 2.0), rho=st.floats(-0.95, 0.95), eta=st.floats(0.1, 2.0), gamma=st.floats(0.3, 0.7))
def test_ssvi_that_passes_its_conditions_has_no_butterfly(theta, rho, eta, gamma) -> None:
    model = ssvi.SsviModel(rho, eta, gamma)
    if ssvi.ssvi_check(theta, model).free:
        assert svi.butterfly(ssvi.ssvi_slice(theta, model)).least >= -1e-9


@given(k=st.floats(-1.0, 1.0))
def test_durrlemans_g_is_the_convexity_of_the_call_price(k) -> None:
    step, grid = 1e-3, 1e-3 * np.arange(-1, 2)
    strikes = math.exp(k) * (1.0 + grid)
    vols = np.sqrt(svi.total_variance(np.log(strikes), VOGT))
    butterfly = float(np.diff(black_price(1.0, strikes, 1.0, vols, sign=+1), 2)[0]) / (step * math.exp(k)) ** 2
    density = float(svi.smile_at(k, VOGT).density) * math.exp(-k)
    assert abs(butterfly - density) <= 1e-4 * (1.0 + abs(density))


@pytest.mark.parametrize(
    "call",
    [
        lambda: svi.total_variance(math.nan, VOGT),
        lambda: svi.total_variance(0.0, VOGT._replace(b=-0.1)),
        lambda: svi.smile_at(0.0, VOGT._replace(a=-1.0)),
        lambda: svi.jump_wings(VOGT._replace(a=-1.0), 1.0),
        lambda: svi.jump_wings(VOGT, 0.0),
        lambda: ssvi.ssvi_phi(0.04, ssvi.SsviModel(1.5, 1.0, 0.5)),
    ],
)
def test_smiles_outside_the_domain_are_refused(call) -> None:
    with pytest.raises(PricingError, match="expected"):
        call()
