"""The surface use case: fit quality per expiry, and a picture that is the same every time."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from oracle_core.desk.surface_picture import surface_picture
from oracle_core.desk.use_cases import USE_CASES
from oracle_core.errors import InputError, MarketDataError
from oracle_core.pricing.surface import Surface, surfaces
from oracle_core.venues.chain_table import import_chain
from oracle_core.venues.market_file import market_json

CHAIN = "data/options/deribit_chain_6h_2025-12-30_2026-04-15.parquet"


@pytest.fixture(scope="module")
def chain_file(reference_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    market = import_chain(reference_dir / CHAIN, datetime(2026, 2, 7, 15, tzinfo=UTC))
    path = tmp_path_factory.mktemp("chain") / "chain.market.json"
    path.write_bytes(market_json(market))
    return path


@pytest.fixture(scope="module")
def real(reference_dir: Path) -> tuple[Surface, ...]:
    return surfaces(import_chain(reference_dir / CHAIN, datetime(2026, 2, 7, 15, tzinfo=UTC)))


@pytest.mark.requirement("PRI-09")
def test_a_real_chain_s_surface_reports_the_fit_of_every_expiry_and_draws_it(ask, chain_file: Path) -> None:
    found = ask("surface", market=chain_file)
    assert json.loads(json.dumps(found, allow_nan=False)) == found
    assert found["schema"] == "oracle.surface/1"
    assert sorted(found["coins"]) == ["BTC", "ETH"]
    for coin in found["coins"].values():
        assert len(coin["expiries"]) == 12
        assert coin["fit"]["inside_share"] > 0.9
        assert coin["fit"]["butterfly_free"]
        assert coin["fit"]["calendar_free"]
        assert coin["ssvi"]["rmse_points"] < 5.0
        for expiry in coin["expiries"]:
            assert 0.3 < expiry["atm_vol"] < 1.5
            assert expiry["fit"]["quotes"] >= expiry["fit"]["two_sided"] > 0
            assert expiry["risk_reversal"] < 0.0
            assert expiry["notes"] == []
    picture = Path(found["picture"])
    assert picture.name == "surface-BTC-ETH-2026-02-07T1534Z.png"
    assert picture.read_bytes().startswith(b"\x89PNG")
    assert len(picture.read_bytes()) > 50_000


def test_one_coin_and_a_place_for_the_picture_may_be_named(ask, chain_file: Path, tmp_path: Path) -> None:
    found = ask("surface", market=chain_file, coin="ETH", picture=tmp_path / "eth.png")
    assert list(found["coins"]) == ["ETH"]
    assert found["picture"] == str(tmp_path / "eth.png")
    assert (tmp_path / "eth.png").is_file()
    with pytest.raises(InputError, match=r"a file that ends in `\.png`"):
        ask("surface", market=chain_file, picture=tmp_path / "eth.jpg")
    with pytest.raises(MarketDataError, match="options of SOL"):
        ask("surface", market=chain_file, coin="SOL")


def test_without_a_market_the_example_is_used_and_a_single_strike_is_flat_and_says_so(ask) -> None:
    found = ask("surface")
    assert found["warnings"] == ["no --market: using the bundled example `eth-straddle`"]
    (expiry,) = found["coins"]["ETH"]["expiries"]
    assert expiry["atm_vol"] == pytest.approx(0.42, abs=0.01)
    assert [expiry[name] for name in ("skew", "call_25", "put_25", "risk_reversal", "butterfly")] == [None] * 5
    assert "fewer than three strikes" in expiry["notes"][-1]


def test_quotes_that_nothing_may_rest_on_are_counted_with_a_reason(ask, chain_file: Path, tmp_path: Path) -> None:
    market = json.loads(chain_file.read_text())
    options = [quote for quote in market["quotes"] if quote["symbol"].startswith("BTC") and quote.get("ask")]
    for quote in options[:7]:
        quote["bid"] = 2.0
    (tmp_path / "crossed.json").write_text(json.dumps(market))
    (warning,) = ask("surface", market=tmp_path / "crossed.json", coin="BTC")["warnings"]
    assert warning.startswith("7 of ")
    assert "BTC option quotes are left out" in warning
    assert "crossed: bid `2.0` above ask" in warning
    for quote in market["quotes"]:
        quote["mark_iv"] = 60.0  # per cent, not a fraction
    (tmp_path / "percent.json").write_text(json.dumps(market))
    with pytest.raises(InputError, match=r"option quotes are left out .*mark_iv `60.0` is not a volatility"):
        ask("surface", market=tmp_path / "percent.json")


def test_a_market_without_options_is_refused(ask, example) -> None:
    def perpetuals_only(tree: dict) -> None:
        tree["instruments"] = [row for row in tree["instruments"] if row["kind"] != "option"]
        kept = {row["symbol"] for row in tree["instruments"]}
        tree["quotes"] = [row for row in tree["quotes"] if row["symbol"] in kept]

    with pytest.raises(InputError, match="options with a price"):
        ask("surface", market=example("eth-straddle.market.json", perpetuals_only))


def test_the_same_surfaces_draw_the_same_bytes_whatever_the_user_s_settings(real: tuple[Surface, ...]) -> None:
    import matplotlib as mpl

    plain = surface_picture(real)
    with mpl.rc_context({"axes.grid": False, "font.size": 30.0}):
        assert surface_picture(real) == plain


def test_the_use_case_changes_nothing_but_a_picture() -> None:
    assert USE_CASES["surface"].danger.value == "safe"
    assert "smile" in USE_CASES["surface"].phrases
