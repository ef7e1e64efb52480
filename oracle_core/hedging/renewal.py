"""A straddle, strangle or single option held, exchanged for a fresh one: what rolling and recentring share."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

import numpy as np

from oracle_core.domain.instrument import Instrument, InstrumentId, OptionType
from oracle_core.hedging.held import Lot, expiry_of
from oracle_core.hedging.situation import Situation
from oracle_core.hedging.structures import Structure, fresh_structures
from oracle_core.maths.black import black_core
from oracle_core.playbook.params.establish import EstablishParams, Shape


@dataclass(frozen=True, slots=True, kw_only=True)
class Renewal:
    """What replaces a lot: its name, and the trades that close the old and open as many coins of the new."""

    name: str
    trades: dict[InstrumentId, Decimal]


def drift(case: Situation, lot: Lot) -> float:
    """How far the forward stands from the strikes of a lot, as a fraction of their mean by contracts."""
    weights = np.array([abs(float(contracts)) for contracts in lot.legs.values()])
    strikes = np.array([listed.strike for listed in lot.instruments], dtype=np.float64)
    return _strayed(case, lot.instruments[0], float(weights @ strikes / weights.sum()))


def fresh_drift(case: Situation, fresh: Structure) -> float:
    """The same of a fresh structure: 0 where the forward stands in the middle of its strikes."""
    assert fresh.call.strike is not None
    assert fresh.put.strike is not None
    return _strayed(case, fresh.call, 0.5 * (fresh.call.strike + fresh.put.strike))


def _strayed(case: Situation, listed: Instrument, centre: float) -> float:
    return abs(float(case.view.table.price[case.view.table.row[listed.id]]) / centre - 1.0)


def gamma_share(case: Situation, lot: Lot) -> float:
    """Gamma of a lot over what it would have with every strike at the forward, in the same expiry at its volatility."""
    table = case.view.table
    rows = [table.row[key] for key in lot.legs]
    weights = np.array([abs(float(contracts)) for contracts in lot.legs.values()])
    forward = table.price[rows]
    best = black_core(forward, forward, table.years[rows], table.vol[rows], sign=np.ones(len(rows))).gamma
    most = float(weights @ (best * table.size[rows]))
    return float(weights @ table.gamma[rows]) / most if most > 0.0 else 1.0


def fresh_pairs(case: Situation, lot: Lot, least_days: float) -> list[Structure]:
    """Fresh straddles for a straddle, strangles for a strangle, with more days left than `least_days`; best first.

    The same strikes and expiry in another settlement are not fresh: they are the same position, paid for twice.
    """
    params = case.strategy.params.establish or EstablishParams()
    shape = Shape.STRADDLE if len({listed.strike for listed in lot.instruments}) == 1 else Shape.STRANGLE
    found = fresh_structures(case, lot.coin, (shape,), lot.side, params.strangle_abs_delta)[shape]
    return [item for item in found if item.days > least_days and not _same_place(lot, item)]


def _same_place(lot: Lot, fresh: Structure) -> bool:
    strikes = {listed.strike for listed in lot.instruments}
    alike = fresh.expiry == expiry_of(lot) and {fresh.call.strike, fresh.put.strike} == strikes
    return alike or bool(set(fresh.ids) & set(lot.legs))


def pair_renewal(lot: Lot, fresh: Structure) -> Renewal:
    """A pair exchanged for a fresh structure of as many coins, less what the grid leaves over."""
    wanted = {OptionType.CALL: fresh.call, OptionType.PUT: fresh.put}
    opened: dict[InstrumentId, Decimal] = {}
    for right, listed in wanted.items():
        size = listed.grid.toward_zero(_coins(lot, right) / listed.contract_size)
        opened[listed.id] = size if lot.side > 0.0 else -size
    return Renewal(name=fresh.name, trades={**lot.closing, **opened})


def single_renewals(case: Situation, lot: Lot, least_days: float) -> Iterator[Renewal]:
    """Options of one type exchanged for a later expiry, each for the strike nearest to the same moneyness."""
    expiries: dict[object, list[Instrument]] = {}
    table = case.view.table
    for row, listed in case.options(lot.coin):
        later = listed.expiry is not None and listed.expiry > expiry_of(lot)
        if later and listed.option_type is lot.instruments[0].option_type and table.years[row] * 365.0 > least_days:
            expiries.setdefault(listed.expiry, []).append(listed)
    for _, offered in sorted(expiries.items(), key=lambda item: str(item[0])):
        opened: dict[InstrumentId, Decimal] = {}
        for old in lot.instruments:
            new = min(offered, key=lambda item: (abs(_moneyness(case, item) - _moneyness(case, old)), item.id))
            coins = abs(float(lot.legs[old.id])) * old.contract_size
            size = new.grid.toward_zero(coins / new.contract_size)
            opened[new.id] = opened.get(new.id, Decimal(0)) + (size if lot.side > 0.0 else -size)
        name = " + ".join(f"{key.symbol}" for key in opened)
        yield Renewal(name=name, trades={**lot.closing, **opened})


def _coins(lot: Lot, right: OptionType) -> float:
    held = [listed for listed in lot.instruments if listed.option_type is right]
    return sum(abs(float(lot.legs[listed.id])) * listed.contract_size for listed in held)


def _moneyness(case: Situation, listed: Instrument) -> float:
    assert listed.strike is not None
    return listed.strike / float(case.view.table.price[case.view.table.row[listed.id]])
