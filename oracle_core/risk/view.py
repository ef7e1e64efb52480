"""A book seen in one market: its contracts priced once, so that every what-if is a dot product."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray

from oracle_core.domain.exposure import PoolMargin
from oracle_core.domain.instrument import DOLLARS, Instrument, InstrumentId, Kind
from oracle_core.domain.market import MarketSnapshot
from oracle_core.domain.portfolio import MarginModel, Numeraire, PoolBalance, Portfolio
from oracle_core.errors import Fault, InputError, MarketDataError, fault
from oracle_core.pricing.contracts import ContractTable, Floats, contract_table, stress_table
from oracle_core.pricing.costs import notional_usd
from oracle_core.pricing.forwards import Forwards
from oracle_core.pricing.inputs import PricingInputs, coin_index, pricing_inputs
from oracle_core.pricing.ladder import OptionLadder, option_ladder
from oracle_core.pricing.margin import largest_notional
from oracle_core.risk.curve import Curve, CurveKey
from oracle_core.risk.pools import PoolBook, pool_books, without_pool

LARGEST_USD: Final = 1e12
"""A position or order of more is a slip of the pen: it is about what all coins together are worth."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BookView:
    """A portfolio and what may hedge it, priced in one admitted market.

    held, working: signed contracts by row of `table`, shape (n,).  lots: |contracts| of every position alone.
    largest: USD of the largest position that a row's tiers take, inf without an end.
    stress: USD per contract, shape (n, spots, vols).
    ladders: options of each coin at any price, where the book names pools whose margin they need.
    coins: every coin with a position, an order or equity.  rows: the rows of each coin.  listings: with instruments.
    left_out: contracts that could have hedged but have no usable quote, with the reason.
    borrowed: rows whose quote has a borrow rate.  unpooled: the rows of each venue without a pool, by venue.
    untouched, curves: the margin of pools, and the curves of coins, in which a plan trades nothing, kept as they are
    measured.
    """

    portfolio: Portfolio
    market: MarketSnapshot
    table: ContractTable
    stress: Floats
    held: Floats
    working: Floats
    lots: Floats
    largest: Floats
    pools: tuple[PoolBook, ...]
    ladders: dict[str, OptionLadder]
    coins: tuple[str, ...]
    rows: dict[str, NDArray[np.intp]]
    listings: dict[str, tuple[tuple[int, Instrument], ...]]
    index: dict[str, float]
    forwards: Forwards
    left_out: dict[InstrumentId, str]
    borrowed: NDArray[np.bool_]
    unpooled: dict[str, NDArray[np.bool_]]
    untouched: dict[str, tuple[PoolBook, PoolMargin]] = field(
        default_factory=dict[str, tuple[PoolBook, PoolMargin]], compare=False, repr=False
    )
    curves: dict[CurveKey, tuple[Floats, Curve]] = field(
        default_factory=dict[CurveKey, tuple[Floats, Curve]], compare=False, repr=False
    )

    @property
    def equity_usd(self) -> float:
        """Account equity in USD at the index."""
        held = (self.portfolio.coin_equity(coin) * price for coin, price in self.index.items())
        return self.portfolio.dollar_equity + sum(held)

    def collateral(self, coin: str) -> float:
        """Coins of equity that count as delta: all for a desk that counts USD, none for one that counts coin."""
        return self.portfolio.coin_equity(coin) if self.portfolio.numeraire is Numeraire.USD else 0.0

    def venue_shares(self) -> dict[str, float]:
        """Per cent of pooled equity on each venue, before any plan: trading moves no equity between venues."""
        held: dict[str, float] = {}
        for pool in self.pools:
            for venue in pool.venues:
                held[venue] = held.get(venue, 0.0) + pool.equity_usd(self.index)
        total = sum(held.values())
        return {venue: 100.0 * amount / total for venue, amount in held.items()} if total > 0.0 else {}

    def listed(self, coin: str) -> tuple[tuple[int, Instrument], ...]:
        """The rows of a coin with their instruments."""
        return self.listings[coin]

    @property
    def effective(self) -> Floats:
        """Signed contracts by row once working orders are filled."""
        return self.held + self.working


def view_book(
    portfolio: Portfolio,
    market: MarketSnapshot,
    options: Collection[InstrumentId] = (),
    *,
    coins: Collection[str] = (),
) -> BookView:
    """Price a book, every perpetual, future and spot that may hedge it, and the `options` named, in an admitted market.

    `coins` are seen beside those that the book holds.

    Raises: InputError: a held contract is unknown or expired, or equity is in a currency without a price.
        MarketDataError: a held contract has no sound quote. Every fault at once.
    """
    _refuse_unknown(portfolio, market)
    seen = tuple(sorted({*_coins(portfolio, market), *coins}))
    index, forwards = _indices(market, seen), Forwards(market)
    _refuse_too_large(portfolio, market, index)
    held = list(dict.fromkeys([item.id for item in (*portfolio.positions, *portfolio.open_orders)]))
    hedges, left_out = _hedges(market, set(held), set(options), index)
    inputs, problems = _priced(market, [*held, *hedges], index, forwards)
    wrong = [item for key in held for item in problems.get(key, ())]
    if wrong:
        raise MarketDataError(wrong)
    left_out |= {key: "; ".join(str(item) for item in found) for key, found in problems.items()}
    instruments = [market.instruments[key] for key in inputs]
    table = contract_table(instruments, list(inputs.values()))
    working = _vector(table, [(item.id, item.contracts) for item in portfolio.open_orders])
    rows = {coin: np.flatnonzero([listed.base == coin for listed in instruments]) for coin in seen}
    return BookView(
        portfolio=portfolio, market=market, table=table, stress=stress_table(table, portfolio.numeraire),
        held=_vector(table, [(item.id, item.contracts) for item in portfolio.positions]),
        working=working, lots=_vector(table, [(item.id, abs(item.contracts)) for item in portfolio.positions]),
        largest=np.array([_largest(listed) for listed in instruments], dtype=np.float64),
        pools=pool_books(portfolio, table, working), ladders=_ladders(portfolio, table, rows),
        coins=seen, rows=rows, listings={coin: _listings(instruments, found) for coin, found in rows.items()},
        index=index, forwards=forwards, left_out=left_out, unpooled=without_pool(portfolio, table),
        borrowed=np.array([market.quotes[key].borrow_rate is not None for key in inputs], dtype=bool),
    )  # fmt: skip


def _listings(instruments: Sequence[Instrument], rows: NDArray[np.intp]) -> tuple[tuple[int, Instrument], ...]:
    return tuple((row, instruments[row]) for row in map(int, rows))


def _ladders(portfolio: Portfolio, table: ContractTable, rows: dict[str, NDArray[np.intp]]) -> dict[str, OptionLadder]:
    """Without pools no rule for options is known, and none of this is needed."""
    if not portfolio.pools:
        return {}
    shocked = any(pool.margin_model is MarginModel.PORTFOLIO for pool in portfolio.pools)
    options = {coin: found[table.kinds[Kind.OPTION][found]] for coin, found in rows.items()}
    return {
        coin: option_ladder(table, found, vol_scenarios=shocked) for coin, found in options.items() if found.size
    }  # fmt: skip


def _refuse_unknown(portfolio: Portfolio, market: MarketSnapshot) -> None:
    faults: list[Fault] = []
    for group in ("positions", "open_orders"):
        for number, item in enumerate(getattr(portfolio, group)):
            listed = market.instruments.get(item.id)
            if listed is None:
                faults.append(fault("book", f"{group}[{number}].symbol", str(item.id), "an instrument of the market"))
            elif foreign(listed) is not None:
                faults.append(
                    fault("book", f"{group}[{number}].symbol", str(item.id), f"a dollar price; it is {foreign(listed)}")
                )
            elif listed.expired(market.as_of):
                wanted = f"an instrument alive at {market.as_of.isoformat()}; it expired {listed.expiry}"
                faults.append(fault("book", f"{group}[{number}].symbol", str(item.id), wanted))
    faults += _unpriced_equity(portfolio, market)
    if faults:
        raise InputError(faults)


def _refuse_too_large(portfolio: Portfolio, market: MarketSnapshot, index: dict[str, float]) -> None:
    faults: list[Fault] = []
    for group in ("positions", "open_orders"):
        for number, item in enumerate(getattr(portfolio, group)):
            listed = market.instruments[item.id]
            price = index[listed.base]
            if notional_usd(listed, item.contracts, price, price) > LARGEST_USD:
                wanted = f"at most {LARGEST_USD:g} USD of {listed.base}"
                faults.append(fault("book", f"{group}[{number}].contracts", item.contracts, wanted))
    if faults:
        raise InputError(faults)


def _counted(held: PoolBalance) -> float:
    """Whether a currency of a pool counts for anything: its equity, else the margin reported in it."""
    return held.equity or held.initial_margin or held.maintenance_margin or 0.0


def foreign(listed: Instrument) -> str | None:
    """Why a contract cannot be counted in dollars: a linear one that is quoted or settled in something else."""
    if not listed.linear:
        return None
    paid = listed.quote if listed.kind is Kind.SPOT else listed.settle
    return None if {listed.quote, paid} <= DOLLARS else f"quoted in {listed.quote} and settled in {listed.settle}"


def _unpriced_equity(portfolio: Portfolio, market: MarketSnapshot) -> list[Fault]:
    """Equity in a currency that is neither a dollar nor a coin of the market cannot be counted."""
    known = DOLLARS | set(market.coins)
    owned = [("account.equity", portfolio.equity)]
    owned += [
        (f"pools[{number}].currencies", {name: _counted(held) for name, held in pool.currencies.items()})
        for number, pool in enumerate(portfolio.pools)
    ]
    return [
        fault("book", f"{place}.{currency}", amount, "a dollar, or a coin that the market lists")
        for place, amounts in owned
        for currency, amount in amounts.items()
        if currency not in known and amount != 0.0
    ]


def _coins(portfolio: Portfolio, market: MarketSnapshot) -> tuple[str, ...]:
    held = {market.instruments[item.id].base for item in (*portfolio.positions, *portfolio.open_orders)}
    listed = set(market.coins)
    pools = ({name: _counted(purse) for name, purse in pool.currencies.items()} for pool in portfolio.pools)
    purses = (portfolio.equity, *pools)
    owned = {name for purse in purses for name, amount in purse.items() if name in listed and amount != 0.0}
    return tuple(sorted(held | owned))


def _indices(market: MarketSnapshot, coins: Sequence[str]) -> dict[str, float]:
    index: dict[str, float] = {}
    problems: list[Fault] = []
    for coin in coins:
        try:
            index[coin] = coin_index(market, coin)
        except MarketDataError as error:
            problems.extend(error.faults)
    if problems:
        raise MarketDataError([*_unsound_quotes(market), *problems])
    return index


def _unsound_quotes(market: MarketSnapshot) -> list[Fault]:
    return [fault("market", f"quote {key}", reason, "a fresh, sound quote") for key, reason in market.rejected.items()]


def _hedges(
    market: MarketSnapshot, held: set[InstrumentId], options: set[InstrumentId], index: dict[str, float]
) -> tuple[list[InstrumentId], dict[InstrumentId, str]]:
    """What may hedge, in order, and why the rest may not."""
    found: list[InstrumentId] = []
    left_out: dict[InstrumentId, str] = {}
    for key, listed in sorted(market.instruments.items()):
        if key in held or listed.base not in index or (listed.is_option and key not in options):
            continue
        problem = "expired" if listed.expired(market.as_of) else market.problem(key) or foreign(listed)
        if problem is None:
            found.append(key)
        else:
            left_out[key] = problem
    return found, left_out


def _priced(
    market: MarketSnapshot, keys: Sequence[InstrumentId], index: dict[str, float], forwards: Forwards
) -> tuple[dict[InstrumentId, PricingInputs], dict[InstrumentId, tuple[Fault, ...]]]:
    """The inputs of every contract that can be priced, and the faults of those that cannot."""
    inputs: dict[InstrumentId, PricingInputs] = {}
    problems: dict[InstrumentId, tuple[Fault, ...]] = {}
    for key in keys:
        try:
            inputs[key] = pricing_inputs(market, key, index[market.instruments[key].base], forwards)
        except MarketDataError as error:
            problems[key] = error.faults
    return inputs, problems


def _largest(listed: Instrument) -> float:
    found = largest_notional(listed)
    return np.inf if found is None else found


def _vector(table: ContractTable, contracts: Sequence[tuple[InstrumentId, float]]) -> Floats:
    vector = np.zeros(len(table.instruments))
    for key, amount in contracts:
        vector[table.row[key]] += amount
    return vector
