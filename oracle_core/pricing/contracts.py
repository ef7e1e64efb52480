"""A table of contracts, one row each: value, Greeks and stress of one contract, so that a book is a dot product."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from oracle_core.domain.instrument import Instrument, InstrumentId, Kind
from oracle_core.domain.portfolio import Numeraire
from oracle_core.maths.black import black_core, black_price
from oracle_core.pricing.costs import is_inverse_linear, settle_in_usd
from oracle_core.pricing.inputs import PricingInputs
from oracle_core.pricing.margin import has_margin_rule
from oracle_core.pricing.settlement import settlement_window

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]
Values = TypeVar("Values", Floats, Mask)

SPOT_SHOCKS = (-0.30, -0.20, -0.10, -0.05, 0.0, 0.05, 0.10, 0.20, 0.30)
VOL_FACTORS = (0.75, 1.0, 1.5)


@dataclass(frozen=True, slots=True, kw_only=True)
class ContractTable:
    """One long contract of each instrument. Shape of every array: (n,).

    size: what one contract is.  delta, net_transaction_delta: coins.  gamma: coins per USD.  vega: USD per 1.00 of
    volatility.  theta: USD per year.  value_usd: what holding it is worth (0 for perpetuals and futures, whose value is
    in equity).  notional_usd: USD of underlying.  price: forward of an option, mark of anything else.
    years: life.  moving: how much of a move of the price an option still sees, below 1 only in its settlement window;
    variance_years: the time whose variance it still has.
    Masks: kinds per kind; dollar_sized for inverse perpetuals and futures; coin_settled; margin_ruled where the margin
    of a position is known.
    """

    instruments: tuple[Instrument, ...]
    inputs: tuple[PricingInputs, ...]
    row: dict[InstrumentId, int]
    kinds: dict[Kind, Mask]
    dollar_sized: Mask
    coin_settled: Mask
    margin_ruled: Mask
    size: Floats
    index: Floats
    price: Floats
    years: Floats
    moving: Floats
    variance_years: Floats
    vol: Floats
    discount: Floats
    delta: Floats
    net_transaction_delta: Floats
    gamma: Floats
    vega: Floats
    theta: Floats
    value_usd: Floats
    notional_usd: Floats


def contract_table(instruments: Sequence[Instrument], inputs: Sequence[PricingInputs]) -> ContractTable:
    """Value and Greeks of one contract of each instrument, in one pass.

    Black (1976) on the forward for options; an inverse option is worth Black/forward coins and its net transaction
    delta is delta minus that value; an inverse perpetual or future is worth its size in USD, so size/price coins of
    delta; everything linear has delta 1 per coin. In its settlement window an option's delta decays with what is left
    of the average, and its variance faster: see `settlement_window`.
    """
    count = len(instruments)
    size = np.array([listed.contract_size for listed in instruments])
    index = np.array([given.index for given in inputs])
    price = np.array([given.price for given in inputs])
    years = np.array([given.years for given in inputs])
    vol = np.array([given.vol for given in inputs])
    discount = np.array([given.discount for given in inputs])
    kinds = {kind: _mask(listed.kind is kind for listed in instruments) for kind in Kind}
    window = settlement_window(years)
    dollar_sized = _mask(is_inverse_linear(listed) for listed in instruments)
    delta = np.where(dollar_sized, size / np.where(dollar_sized, price, 1.0), size) if count else np.zeros(0)
    greeks = {name: np.zeros(count) for name in ("gamma", "vega", "theta")}
    transaction, value = delta.copy(), np.where(kinds[Kind.SPOT], size * index, 0.0)
    options = kinds[Kind.OPTION]
    if options.any():
        listed = [instruments[row] for row in _rows(options)]
        life, moving = window.years[options], window.moving[options]
        core = black_core(
            price[options], strikes(listed), life, vol[options], sign=signs(listed), discount=discount[options]
        )
        units = size[options]
        inverse = np.array([not item.linear for item in listed], dtype=bool)
        coins = np.where(inverse, core.price / price[options], 0.0)
        transaction[options] = units * moving * (core.delta - coins)
        delta[options] = transaction[options] + units * coins
        value[options] = units * np.where(inverse, coins * index[options], core.price)
        # Within the window the variance left falls with the cube of `moving`: with its square per year of life.
        for name, found, share in (
            ("gamma", core.gamma, moving**2), ("vega", core.vega, 1.0), ("theta", core.theta, moving**2)
        ):  # fmt: skip
            greeks[name][options] = units * found * share
    return ContractTable(
        instruments=tuple(instruments), inputs=tuple(inputs),
        row={listed.id: number for number, listed in enumerate(instruments)},
        kinds=kinds, dollar_sized=dollar_sized,
        coin_settled=_mask(settle_in_usd(listed, 2.0) != 1.0 for listed in instruments),
        margin_ruled=_mask(has_margin_rule(listed) for listed in instruments),
        size=size, index=index, price=price, years=years, moving=np.where(options, window.moving, 1.0),
        variance_years=window.years, vol=vol, discount=discount, delta=delta, net_transaction_delta=transaction,
        value_usd=value, notional_usd=np.where(dollar_sized, size, size * np.where(options, index, price)), **greeks,
    )  # fmt: skip


def stress_table(
    table: ContractTable,
    numeraire: Numeraire,
    spot_shocks: Sequence[float] = SPOT_SHOCKS,
    vol_factors: Sequence[float] = VOL_FACTORS,
    *,
    vol_shift: float = 0.0,
) -> Floats:
    """P&L in USD of one contract of each instrument in every cell of an instant spot-by-volatility grid.

    Shape: (n, spots, vols). Every price moves by the same fraction, each option's own volatility by the same factor
    and then by `vol_shift` (a fraction; the result is not below 0); full revaluation. A gain in coin is worth the
    moved price to a desk that counts USD, the old price to one that counts coin.
    """
    shocks, factors = np.asarray(spot_shocks), np.asarray(vol_factors)
    grid = np.zeros((len(table.instruments), len(shocks), len(factors)))
    linear = ~table.kinds[Kind.OPTION] & ~table.dollar_sized
    for kind_rows, gain in ((linear, _linear_gain), (table.dollar_sized, _dollar_gain)):
        if kind_rows.any():
            grid[kind_rows] = gain(table, kind_rows, shocks)[:, :, None]
    options = table.kinds[Kind.OPTION]
    if options.any():
        grid[options] = _option_gain(
            table, options, shocks, np.maximum(_vols(table, options, factors) + vol_shift, 0.0)
        )
    dollars = table.index[:, None] * ((1.0 + shocks)[None, :] if numeraire is Numeraire.USD else np.ones(len(shocks)))
    return grid * np.where(table.coin_settled[:, None], dollars, 1.0)[:, :, None]


def _linear_gain(table: ContractTable, rows: Mask, shocks: Floats) -> Floats:
    return (table.delta[rows] * table.price[rows])[:, None] * shocks[None, :]


def _dollar_gain(table: ContractTable, rows: Mask, shocks: Floats) -> Floats:
    return table.delta[rows][:, None] * (1.0 - 1.0 / (1.0 + shocks))[None, :]


def _vols(table: ContractTable, rows: Mask, factors: Floats) -> Floats:
    return table.vol[rows][:, None, None] * factors[None, None, :]


def _option_gain(table: ContractTable, rows: Mask, shocks: Floats, vols: Floats) -> Floats:
    listed = [table.instruments[row] for row in _rows(rows)]
    size, inverse = _deep(table.size[rows]), _deep(table.coin_settled[rows])
    forward, strike = _deep(table.price[rows]), _deep(strikes(listed))
    years, vol, sign = _deep(table.variance_years[rows]), _deep(table.vol[rows]), _deep(signs(listed))
    moved = forward * (1.0 + _deep(table.moving[rows]) * shocks[None, :, None])
    discount = _deep(table.discount[rows])
    before = black_price(forward, strike, years, vol, sign=sign, discount=discount)
    after = black_price(moved, strike, years, vols, sign=sign, discount=discount)
    return size * (after / np.where(inverse, moved, 1.0) - before / np.where(inverse, forward, 1.0))


def _deep(values: Values) -> Values:
    """The same along the first of three axes."""
    return values[:, None, None]


def _rows(mask: Mask) -> list[int]:
    return [int(row) for row in np.flatnonzero(mask)]


def _mask(found: Iterable[bool]) -> Mask:
    return np.array(list(found), dtype=bool)


def strikes(options: Sequence[Instrument]) -> Floats:
    """Strikes of options, shape (n,)."""
    return np.array([option.strike for option in options], dtype=np.float64)


def signs(options: Sequence[Instrument]) -> Floats:
    """+1 for a call and -1 for a put, shape (n,)."""
    return np.array([option.option_type.sign for option in options if option.option_type is not None], dtype=np.float64)
