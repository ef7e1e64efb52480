"""What a book made between two markets, coin by coin: each Greek's part of it, and what they leave."""

from dataclasses import fields

import numpy as np

from oracle_core.domain.instrument import Kind
from oracle_core.domain.market import MarketSnapshot
from oracle_core.domain.portfolio import Numeraire
from oracle_core.errors import InputError, fault
from oracle_core.pricing.contracts import Floats
from oracle_core.pricing.revaluation import Move, revalued
from oracle_core.risk.attribution import Attribution, Step, greek_parts
from oracle_core.risk.exposures import held_exposures
from oracle_core.risk.view import BookView, view_book

DAYS_A_YEAR = 365.0
SECONDS_A_DAY = 86_400.0


def explained(start: BookView, market: MarketSnapshot) -> dict[str, Attribution]:
    """USD made by the positions and coin equity of `start` until `market`, per coin; trades since are not in it.

    Every contract moves by its own price and its own volatility. Funding is what the rates of the start would have
    paid; nothing where a rate was not quoted. Parts, funding and residual add up to the total.

    Raises: InputError: the market is older, or knows a held contract no more. MarketDataError: one has no sound quote.
    """
    if market.as_of < start.market.as_of:
        wanted = f"a market from {start.market.as_of:%Y-%m-%d %H:%M} UTC on"
        raise InputError([fault("market", "as_of", market.as_of.isoformat(), wanted)])
    end = view_book(start.portfolio, market)
    days = (market.as_of - start.market.as_of).total_seconds() / SECONDS_A_DAY
    step, gains = _step(start, end, days / DAYS_A_YEAR), _gains(start, end)
    paid = {found.coin: (found.funding_usd_per_day or 0.0) * days for found in held_exposures(start)}
    return {coin: _coin(start, end, coin, (step, gains), paid.get(coin, 0.0)) for coin in start.coins}


def summed(found: dict[str, Attribution]) -> Attribution:
    """All coins together."""
    return Attribution(**{
        item.name: sum(getattr(part, item.name) for part in found.values()) for item in fields(Attribution)
    })  # fmt: skip


def _coin(start: BookView, end: BookView, coin: str, moved: tuple[Step, Floats], funding: float) -> Attribution:
    step, gains = moved
    mine = np.zeros_like(start.held)
    mine[start.rows[coin]] = start.held[start.rows[coin]]
    parts = greek_parts(start, mine, step)
    collateral = start.collateral(coin) * (end.index[coin] - start.index[coin])
    parts[0] += collateral
    made = float(mine @ gains) + collateral
    delta, gamma, theta, vega, vanna, volga = (float(part) for part in parts)
    return Attribution(
        delta=delta, gamma=gamma, theta=theta, vega=vega, vanna=vanna, volga=volga, funding=funding, fees=0.0,
        residual=made - float(parts.sum()), total=made + funding,
    )  # fmt: skip


def _rows(start: BookView, end: BookView) -> tuple[np.ndarray, np.ndarray]:
    """The rows of what is held, in the two views."""
    held = np.flatnonzero(start.held)
    return held, np.array([end.table.row[start.table.instruments[int(row)].id] for row in held], dtype=np.intp)


def _step(start: BookView, end: BookView, years: float) -> Step:
    held, then = _rows(start, end)
    price, vol = np.zeros_like(start.held), np.zeros_like(start.held)
    price[held] = end.table.price[then] / start.table.price[held] - 1.0
    options = start.table.kinds[Kind.OPTION][held]
    vol[held[options]] = end.table.vol[then[options]] - start.table.vol[held[options]]
    return Step(price=price, forward=price, vol=vol, years=years)


def _gains(start: BookView, end: BookView) -> Floats:
    """USD that one contract of each held row made: options from their values, everything else from its price.

    A gain in coin is worth the index of the end to a desk that counts USD, that of the start to one that counts coin.
    """
    held, then = _rows(start, end)
    gains = np.zeros_like(start.held)
    table, numeraire = start.table, start.portfolio.numeraire
    flat = held[~table.kinds[Kind.OPTION][held]]
    if flat.size:
        after = then[~table.kinds[Kind.OPTION][held]]
        moves = Move(
            price=(end.table.price[after] / table.price[flat] - 1.0)[:, None],
            index=(end.table.index[after] / table.index[flat] - 1.0)[:, None],
        )  # fmt: skip
        gains[flat] = revalued(table, flat, numeraire, moves)[:, 0]
    for row, later in zip(held, then, strict=True):
        if table.kinds[Kind.OPTION][row]:
            gains[row] = _option_gain(start, end, int(row), int(later))
    return gains


def _option_gain(start: BookView, end: BookView, row: int, later: int) -> float:
    before, after = float(start.table.value_usd[row]), float(end.table.value_usd[later])
    if not start.table.coin_settled[row]:
        return after - before
    was, now = float(start.table.index[row]), float(end.table.index[later])
    return (after / now - before / was) * (now if start.portfolio.numeraire is Numeraire.USD else was)
