"""A coin's surface from a market: made-up chains, the bundled market, and real ones."""

import os
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from statistics import fmean

import numpy as np
import pytest
import worlds

from oracle_core.domain.instrument import Instrument, OptionType
from oracle_core.domain.market import MarketSnapshot, Quote
from oracle_core.errors import MarketDataError, PricingError
from oracle_core.maths.black import black_core, black_price
from oracle_core.maths.heston import HestonModel, heston
from oracle_core.pricing.contracts import contract_table
from oracle_core.pricing.inputs import pricing_inputs
from oracle_core.pricing.smile import quoted_smiles
from oracle_core.pricing.smile_delta import HestonHedge, HullWhite, StickyDelta, StickyStrike, smile_delta
from oracle_core.pricing.surface import FitReport, Surface, build_surface, surfaces
from oracle_core.pricing.term_structure import delta_k, term_structure
from oracle_core.venues.chain_table import ChainTable, read_chain

CHAIN = "data/options/deribit_chain_6h_2025-12-30_2026-04-15.parquet"
STRIKES = (60_000.0, 75_000.0, 85_000.0, 95_000.0, 100_000.0, 105_000.0, 115_000.0, 130_000.0, 160_000.0)
# `make surfaces` fits all 842; the suite a slice across the recording, with the hardest ones found so far.
EVERY = 1 if os.environ.get("ORACLE_SURFACES") == "all" else 42
HARDEST = (51, 64, 70, 93, 339)


def smile(strike: float, forward: float, days: float) -> float:
    k = float(np.log(strike / forward))
    return 0.6 - 0.1 * k + 0.15 * k * k / np.sqrt(days / 30.0)


def priced(listed: Instrument, forward: float, vol: float, spread: float) -> Quote:
    """Bid and ask a share of vol around, in the venue's unit, with nothing else stated but the mark's volatility."""
    years = (listed.expiry - worlds.NOW).total_seconds() / (365.0 * 86_400.0)
    unit = 1.0 if listed.linear else forward
    bid, mark, ask = (
        float(black_price(forward, listed.strike, years, vol + move, sign=listed.option_type.sign)) / unit
        for move in (-spread, 0.0, spread)
    )
    return Quote(
        venue=listed.venue, symbol=listed.symbol, as_of=worlds.NOW, bid=bid, ask=ask, mark=mark, mark_iv=vol,
        forward=forward, index=100_000.0,
    )  # fmt: skip


def chain(
    expiries: Sequence[tuple[float, float]] = ((7.0, 100_100.0), (30.0, 100_500.0), (90.0, 101_500.0)),
    *, linear: bool = False, strikes: Sequence[float] = STRIKES,
) -> MarketSnapshot:  # fmt: skip
    listed = [
        (worlds.option("BTC", strike, right, days=days, linear=linear), forward, days)
        for days, forward in expiries
        for strike in strikes
        for right in OptionType
    ]
    return worlds.market(
        [(one, priced(one, forward, smile(one.strike, forward, days), 0.005)) for one, forward, days in listed]
    )


def changed(market: MarketSnapshot, change) -> MarketSnapshot:
    return replace(market, quotes={key: change(market.instruments[key], quote) for key, quote in market.quotes.items()})


@pytest.mark.requirement("PRI-09")
@pytest.mark.parametrize("linear", [False, True])
def test_the_surface_goes_through_the_quotes_of_both_kinds_of_option(linear: bool) -> None:
    surface = build_surface(chain(linear=linear), "BTC")
    assert len(surface.slices) == 3
    for one in surface.slices:
        for strike in (85_000.0, 100_000.0, 115_000.0):
            wanted = smile(strike, one.forward, one.years * 365.0)
            assert float(surface.vol(strike, one.years)) == pytest.approx(wanted, abs=0.004)
        assert one.report.inside_share == 1.0
        assert one.report.butterfly_free
        assert one.report.calendar_free
        assert one.report.quotes == one.report.two_sided == len(STRIKES)
        assert one.report.rmse_points < 0.5


@pytest.mark.requirement("PRI-09")
def test_a_book_of_three_strikes_is_priced_at_three_volatilities() -> None:
    market = chain()
    held = [one for one in market.instruments.values() if one.strike in (85_000.0, 100_000.0, 130_000.0)][:6:2]
    inputs = [pricing_inputs(market, one.id, 100_000.0) for one in held]
    assert len({given.vol for given in inputs}) == 3
    surface = build_surface(market, "BTC")
    for one, given in zip(held, inputs, strict=True):
        assert float(surface.vol(one.strike, given.years)) == pytest.approx(given.vol, abs=0.006)
    assert contract_table(held, inputs).vol.tolist() == [given.vol for given in inputs]


def test_the_out_of_the_money_option_speaks_for_its_strike_unless_only_the_other_is_two_sided() -> None:
    def lift(listed: Instrument, quote: Quote) -> Quote:
        return priced(listed, 100_000.0, 0.9 if listed.option_type is OptionType.PUT else 0.5, 0.005)

    market = changed(chain(((30.0, 100_000.0),)), lift)
    (found,) = quoted_smiles(market, "BTC")
    assert found.vol[found.strike < 100_000.0] == pytest.approx(0.9, abs=1e-3)
    assert found.vol[found.strike > 100_000.0] == pytest.approx(0.5, abs=1e-3)

    def bidless(listed: Instrument, quote: Quote) -> Quote:
        return (
            replace(quote, bid=None) if listed.strike == 130_000.0 and listed.option_type is OptionType.CALL else quote
        )

    (other,) = quoted_smiles(changed(market, bidless), "BTC")
    assert float(other.vol[other.strike == 130_000.0][0]) == pytest.approx(0.9, abs=1e-3)


def test_a_strike_without_a_bid_hardly_counts_and_one_without_anything_is_left_out() -> None:
    def worse(listed: Instrument, quote: Quote) -> Quote:
        if listed.strike == 160_000.0:
            return replace(quote, bid=None, ask=None, mark=None, mark_iv=None)
        return replace(quote, bid=None, mark_iv=3.0) if listed.strike == 130_000.0 else quote

    surface = build_surface(changed(chain(), worse), "BTC")
    for one in surface.slices:
        assert 160_000.0 not in one.quoted.strike
        assert (one.report.quotes, one.report.two_sided) == (len(STRIKES) - 1, len(STRIKES) - 2)
        assert float(surface.vol(115_000.0, one.years)) == pytest.approx(
            smile(115_000.0, one.forward, one.years * 365.0), abs=0.01
        )


def test_forwards_come_from_put_call_parity_where_quotes_state_none() -> None:
    market = changed(chain(), lambda _, quote: replace(quote, forward=None, mark_iv=None))
    surface = build_surface(market, "BTC")
    assert [one.forward for one in surface.slices] == pytest.approx([100_100.0, 100_500.0, 101_500.0], rel=1e-9)
    assert "put-call parity" in surface.slices[0].quoted.notes[0]
    assert surface.slices[1].report.inside_share == 1.0


def test_old_crossed_and_expired_quotes_are_left_out() -> None:
    market = chain(((30.0, 100_000.0), (60.0, 100_000.0)))
    crossed = changed(market, lambda listed, q: replace(q, bid=q.ask * 2) if listed.strike == 85_000.0 else q)
    (near, _) = quoted_smiles(crossed, "BTC")
    assert 85_000.0 not in near.strike
    stale = changed(market, lambda _, q: replace(q, as_of=q.as_of - timedelta(hours=1)))
    with pytest.raises(MarketDataError, match="options of BTC"):
        build_surface(stale.admit(worlds.MAX_AGE), "BTC")
    late = replace(market, as_of=worlds.NOW + timedelta(days=40))
    late = changed(late, lambda _, q: replace(q, as_of=late.as_of))
    assert len(quoted_smiles(late, "BTC")) == 1


def test_without_an_index_the_nearest_forward_stands_in_for_it() -> None:
    surface = build_surface(changed(chain(), lambda _, quote: replace(quote, index=None)), "BTC")
    assert surface.index == surface.slices[0].forward == 100_100.0
    assert float(surface.forward(0.0)) == pytest.approx(100_100.0)


def test_a_coin_without_options_has_no_surface() -> None:
    with pytest.raises(MarketDataError, match="options of SOL"):
        build_surface(chain(), "SOL")
    assert [one.coin for one in surfaces(chain())] == ["BTC"]


def test_forwards_and_volatilities_between_expiries() -> None:
    surface = build_surface(chain(), "BTC")
    first, second, last = (one.years for one in surface.slices)
    middle = 0.5 * (first + second)
    assert float(surface.forward(0.0)) == pytest.approx(100_000.0)
    assert float(surface.forward(middle)) == pytest.approx(np.sqrt(100_100.0 * 100_500.0))
    growth = np.log(101_500.0 / 100_500.0) / (last - second)
    assert float(surface.forward(2.0 * last)) == pytest.approx(101_500.0 * np.exp(growth * last))
    k = np.array([-0.2, 0.0, 0.2])
    w = [surface.vol_at(k, time) ** 2 * time for time in (first, middle, second)]
    assert w[1] == pytest.approx(0.5 * (w[0] + w[2]))
    assert surface.vol_at(k, 5.0 * last) == pytest.approx(surface.vol_at(k, last))
    assert surface.vol_at(k, 0.0) == pytest.approx(surface.vol_at(k, first))
    assert surface.vol(np.array([[9e4], [1e5]]), np.array([0.1, 0.2])).shape == (2, 2)
    with pytest.raises(PricingError, match=r"strike: `0.0`"):
        surface.vol(0.0, 0.1)


def moved(surface: Surface, factor: float) -> Surface:
    """The same smile by ln(K/F) at a price moved by a factor."""
    slices = tuple(replace(one, quoted=replace(one.quoted, forward=one.forward * factor)) for one in surface.slices)
    return replace(surface, index=surface.index * factor, slices=slices)


@pytest.mark.requirement("PRI-08")
def test_sticky_strike_is_black_s_delta_and_sticky_delta_is_the_slope_of_the_moving_smile() -> None:
    surface, strike, years = build_surface(chain(), "BTC"), np.array([85_000.0, 100_000.0, 115_000.0]), 30.0 / 365.0
    forward = float(surface.forward(years))
    black = black_core(forward, strike, years, surface.vol(strike, years), sign=1.0)
    still = smile_delta(surface, strike, years, sign=1.0, dynamics=StickyStrike())
    assert still.delta == pytest.approx(black.delta, rel=1e-14)
    assert (still.vol_slope == 0.0).all()
    step = 1e-4
    up, down = (
        black_price(forward * (1 + move), strike, years, moved(surface, 1 + move).vol(strike, years), sign=1.0)
        for move in (step, -step)
    )
    along = smile_delta(surface, strike, years, sign=1.0, dynamics=StickyDelta())
    assert along.delta == pytest.approx((up - down) / (2.0 * step * forward), abs=1e-6)
    assert np.abs(along.delta - still.delta).max() > 0.005


@pytest.mark.requirement("PRI-08")
def test_minimum_variance_deltas_follow_their_own_formulas() -> None:
    surface, strike, years = build_surface(chain(), "BTC"), np.array([85_000.0, 100_000.0]), 0.2
    forward, vol = surface.forward(years), surface.vol(strike, years)
    black = black_core(forward, strike, years, vol, sign=-1.0)
    found = smile_delta(surface, strike, years, sign=-1.0, dynamics=HullWhite(-0.25, 0.4, -0.5))
    bend = -0.25 + 0.4 * black.delta - 0.5 * black.delta**2
    assert found.delta == pytest.approx(black.delta + black.vega / (forward * np.sqrt(years)) * bend, rel=1e-12)
    model = HestonModel(v0=0.36, kappa=3.0, theta=0.4, xi=1.5, rho=-0.4)
    hedge = smile_delta(surface, strike, years, sign=-1.0, dynamics=HestonHedge(model))
    own = heston(forward, strike, years, model, sign=-1.0).minimum_variance_delta
    assert hedge.delta == pytest.approx(own, rel=1e-14)
    assert hedge.black_delta + black.vega * hedge.vol_slope == pytest.approx(own, rel=1e-12)


@pytest.mark.requirement("PRI-08")
def test_a_shift_of_volatility_alone_changes_the_delta_under_every_rule() -> None:
    calm = chain()
    excited = changed(calm, lambda listed, q: priced(listed, q.forward, q.mark_iv + 0.3, 0.005))
    for rule in (StickyStrike(), StickyDelta(), HullWhite(-0.25, 0.4, -0.5)):
        before, after = (
            float(smile_delta(build_surface(market, "BTC"), 115_000.0, 0.1, sign=1.0, dynamics=rule).delta)
            for market in (calm, excited)
        )
        assert abs(after - before) > 0.05


def test_the_fit_report_counts_its_errors_in_vol_points() -> None:
    surface = build_surface(chain(strikes=(85_000.0, 115_000.0)), "BTC")
    for one in surface.slices:
        vols, flat = one.quoted.vol, float(surface.vol(100_000.0, one.years))
        assert one.report.rmse_points == pytest.approx(100.0 * np.sqrt(np.mean((vols - flat) ** 2)), rel=1e-9)
        assert one.report.rmse_points > 1.0
        assert one.report.rmse_mark_points == pytest.approx(
            100.0 * np.sqrt(np.mean((one.quoted.mark_vol - flat) ** 2)), rel=1e-9
        )
        assert one.report.inside_share == 0.0


def test_the_term_structure_says_what_its_smiles_say() -> None:
    surface = build_surface(chain(), "BTC")
    points = term_structure(surface)
    for point, one in zip(points, surface.slices, strict=True):
        assert point.atm_vol == pytest.approx(smile(one.forward, one.forward, point.days), abs=0.003)
        for sign, vol in ((1.0, point.call_25), (-1.0, point.put_25)):
            k = delta_k(one.smile, sign)
            assert float(surface.vol_at(k, one.years)) == pytest.approx(vol, rel=1e-12)
            core = black_core(1.0, np.exp(k), one.years, vol, sign=sign)
            assert float(core.delta) == pytest.approx(0.25 * sign, abs=1e-9)
        assert point.risk_reversal == pytest.approx(point.call_25 - point.put_25)
        assert point.butterfly == pytest.approx(0.5 * (point.call_25 + point.put_25) - point.atm_vol)
        assert point.skew == pytest.approx(-0.1, abs=0.05)
    first, second = points[0], points[1]
    total = first.atm_vol**2 * first.days + second.forward_vol**2 * (second.days - first.days)
    assert total == pytest.approx(second.atm_vol**2 * second.days, rel=1e-9)


@pytest.fixture(scope="module")
def recording(reference_dir: Path) -> ChainTable:
    return read_chain(reference_dir / CHAIN)


@pytest.mark.requirement("PRI-09")
def test_real_chains_are_fitted_without_failing_and_without_arbitrage(recording: ChainTable) -> None:
    reports: list[FitReport] = []
    chains = 0
    for number, moment in enumerate(recording.times):
        if number % EVERY and number not in HARDEST:
            continue
        market = recording.snapshot(moment)
        for coin in market.coins:
            surface, chains = build_surface(market, coin), chains + 1
            for one in surface.slices:
                report = one.report
                assert report.butterfly_free, (moment, coin, one.expiry)
                assert report.calendar_free, (moment, coin, one.expiry)
            reports += [one.report for one in surface.slices]
    sides = sum(report.two_sided for report in reports)
    inside = sum((report.inside_share or 0.0) * report.two_sided for report in reports) / sides
    typical = float(np.median([report.rmse_points for report in reports if report.rmse_points is not None]))
    weighted = fmean(report.weighted_rmse_points or 0.0 for report in reports)
    told = (
        f"{chains} chains, {len(reports)} slices, {sides} strikes: median RMSE {typical:.3f} vol points, {inside:.1%}"
    )
    print(told + f" inside bid and ask, mean weighted RMSE {weighted:.3f} vol points")
    assert chains == (842 if EVERY == 1 else chains)
    assert chains >= 20
    assert typical < 0.6, told
    assert weighted < 0.8, told
    assert inside > 0.94, told


@pytest.mark.requirement("PRI-09")
@pytest.mark.parametrize(
    ("file", "every"),
    [
        ("deribit_btc_eod_chain_2021-06_2021-07.parquet", 6),
        ("deribit_btc_tickers_daily_2026-01.parquet", 2),
        ("deribit_eth_chain_2024-01-08.json", 1),
    ],
)
def test_chains_of_other_years_and_forms_are_fitted_too(reference_dir: Path, file: str, every: int) -> None:
    table = read_chain(reference_dir / "data/options" / file)
    reports = [
        one.report
        for moment in table.times[::every]
        for surface in surfaces(table.snapshot(moment))
        for one in surface.slices
    ]
    sides = sum(report.two_sided for report in reports)
    inside = sum((report.inside_share or 0.0) * report.two_sided for report in reports) / sides
    assert all(report.butterfly_free and report.calendar_free for report in reports)
    assert inside > 0.9
    assert float(np.median([report.rmse_points for report in reports if report.rmse_points is not None])) < 1.5
