"""The volatility surface of a market: how well it fits, expiry by expiry, and a picture of it."""

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from oracle_core.desk.desk import Desk
from oracle_core.desk.documents import Document, rate_assumption
from oracle_core.desk.output import write_file
from oracle_core.desk.requests import BookRequest, SurfaceRequest
from oracle_core.desk.sources import read_sources
from oracle_core.desk.surface_picture import surface_picture
from oracle_core.domain.canonical import Json, to_json
from oracle_core.domain.market import MarketSnapshot
from oracle_core.errors import InputError, fault
from oracle_core.maths.ssvi_fit import fit_ssvi
from oracle_core.maths.surface_fit import ExpiryQuotes
from oracle_core.pricing.surface import Surface, SurfaceSlice, build_surface, surfaces
from oracle_core.pricing.term_structure import SHAPED, TermPoint, term_structure

FLAT: Final = "fewer than three strikes: the slice is flat, and there is no skew, risk reversal or butterfly to tell"


def show_surface(desk: Desk, request: SurfaceRequest) -> Document:
    """`oracle.surface/1`: fit quality, at-the-money volatility and skew of every expiry, and where the picture went.

    Raises: InputError: the market or the picture's path is no good. MarketDataError: no options with a volatility.
    """
    market, warnings = market_of(desk, request.market)
    found = surfaces(market) if request.coin is None else (build_surface(market, request.coin),)
    left_out = _left_out(market, request.coin)
    if not found:
        wanted = "options with a price or a mark_iv"
        given = "; ".join(left_out) or "no option"
        raise InputError([fault(str(request.market or "market"), "quotes", given, wanted)])
    path = picture_path(desk, request.picture, "surface", found)
    write_file(path, surface_picture(found))
    return {
        "schema": "oracle.surface/1",
        "as_of": to_json(market.as_of),
        "coins": {surface.coin: _coin(surface) for surface in found},
        "units": "volatilities are fractions; *_points are vol points; skew per 1.00 of ln(K/F)",
        "assumptions": [rate_assumption(market)],
        "picture": str(path),
        "warnings": [*warnings, *left_out],
    }


def _left_out(market: MarketSnapshot, coin: str | None) -> list[str]:
    """How many live options of each coin have a quote that nothing may rest on, and why the first of them has."""
    told: list[str] = []
    for base in market.coins if coin is None else (coin,):
        live = [
            key
            for key in market.quotes
            if (listed := market.instruments[key]).is_option
            and listed.base == base
            and not listed.expired(market.as_of)
        ]
        out = [key for key in live if key in market.rejected]
        if out:
            first = f"{out[0].symbol}: {market.rejected[out[0]]}"
            told.append(f"{len(out)} of {len(live)} {base} option quotes are left out ({first})")
    return told


def market_of(desk: Desk, path: Path | None) -> tuple[MarketSnapshot, tuple[str, ...]]:
    """The market asked for, or the bundled example, with what is to be said of it."""
    found = read_sources(BookRequest(market=path), None)
    told = tuple(warning for warning in found.warnings if "--book" not in warning)
    return found.market.admit(desk.rules.quote_max_age), told


def picture_path(desk: Desk, wanted: Path | None, kind: str, found: tuple[Surface, ...]) -> Path:
    """Where a picture goes: as asked, else beside others of its kind in the state folder.

    Raises: InputError: not a PNG, or no folder to write to.
    """
    if wanted is not None:
        if wanted.suffix.lower() != ".png":
            raise InputError([fault("--picture", "", str(wanted), "a file that ends in `.png`")])
        return wanted
    folder = desk.settings.state / "surfaces"
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError([fault(str(folder), "", error.strerror or str(error), "a folder to write to")]) from error
    coins = "-".join(surface.coin for surface in found)
    return folder / f"{kind}-{coins}-{found[0].as_of:%Y-%m-%dT%H%MZ}.png"


def _coin(surface: Surface) -> Document:
    points = term_structure(surface)
    return {
        "index_usd": surface.index,
        "fit": _overall(surface),
        "expiries": [_expiry(one, point) for one, point in zip(surface.slices, points, strict=True)],
        "ssvi": _ssvi(surface),
    }


def _overall(surface: Surface) -> Document:
    reports = [one.report for one in surface.slices]
    sides = sum(report.two_sided for report in reports)
    squares = sum((report.rmse_points or 0.0) ** 2 * report.two_sided for report in reports)
    quotes = sum(report.quotes for report in reports)
    weighted = sum((report.weighted_rmse_points or 0.0) ** 2 * report.quotes for report in reports)
    inside = sum((report.inside_share or 0.0) * report.two_sided for report in reports)
    return {
        "quotes": quotes,
        "two_sided": sides,
        "rmse_points": (squares / sides) ** 0.5 if sides else None,
        "weighted_rmse_points": (weighted / quotes) ** 0.5 if quotes else None,
        "inside_share": inside / sides if sides else None,
        "butterfly_free": all(report.butterfly_free for report in reports),
        "calendar_free": all(report.calendar_free for report in reports),
        "repaired": sum(report.repaired for report in reports),
    }


def _expiry(one: SurfaceSlice, point: TermPoint) -> Document:
    return {
        **_plain(point),
        "fit": to_json(one.report),
        "svi": to_json(one.smile._asdict()),
        "least_density": one.fitted.least_density,
        "notes": [*one.quoted.notes[:5], *([FLAT] if one.report.quotes < SHAPED else [])],
    }


def _ssvi(surface: Surface) -> Document:
    found = fit_ssvi(
        [ExpiryQuotes(one.years, one.quoted.quotes) for one in surface.slices], [one.fitted for one in surface.slices]
    )
    return {"model": to_json(found.model._asdict()), "theta": found.theta.tolist(), "rmse_points": 100.0 * found.rmse}


def _plain(point: TermPoint) -> dict[str, Json]:
    found = to_json(point)
    assert isinstance(found, Mapping)
    return dict(found)
