"""Deribit's standard contract terms for coin-settled instruments, by name: for tables that hold prices only.

As the venue listed them in May 2026. A price table never says them, so a quote made with them is noted."""

from decimal import Decimal
from functools import lru_cache
from typing import Final, NamedTuple

from oracle_core.domain.instrument import FeeBasis, Fees, Grid, Instrument, Kind
from oracle_core.domain.symbols import DERIBIT, Contract, from_deribit

NOTE: Final = "contract terms are the venue's standard ones"
OPTION_CAP: Final = 0.125
"""The largest share of its premium that an option's fee may take."""
_OPTION_FEES: Final = Fees(maker=0.0003, taker=0.0003, basis=FeeBasis.UNDERLYING, cap_of_premium=OPTION_CAP)
_OPTION_STEPS: Final = ((0.005, 0.0005),)


class _Terms(NamedTuple):
    option_step: str
    contract_usd: float
    perpetual_tick: float
    future_tick: float


_INVERSE: Final = {"BTC": _Terms("0.1", 10.0, 0.5, 2.5), "ETH": _Terms("1", 1.0, 0.05, 0.25)}


@lru_cache(maxsize=32_768)
def standard_instrument(name: str) -> Instrument | None:
    """The instrument of one of Deribit's names; None where its standard terms are not known.

    >>> standard_instrument("BTC-PERPETUAL").contract_size, standard_instrument("DOGE-PERPETUAL")
    (10.0, None)
    """
    contract = from_deribit(name)
    if contract is None or contract.settle != contract.base or contract.base not in _INVERSE:
        return None
    return _option(contract) if contract.option_type is not None else _dollar_contract(contract)


def listed_as(contract: Contract, size: float, grid: Grid, fees: Fees) -> Instrument:
    """The instrument that a name stands for, with the terms of its listing."""
    settle = contract.settle or contract.quote
    return Instrument(
        venue=DERIBIT,
        symbol=contract.symbol,
        kind=_kind(contract),
        base=contract.base,
        quote=contract.quote,
        settle=settle,
        linear=settle != contract.base,
        contract_size=size,
        grid=grid,
        fees=fees,
        expiry=contract.expiry,
        strike=None if contract.strike is None else float(contract.strike),
        option_type=contract.option_type,
    )


def _kind(contract: Contract) -> Kind:
    if contract.settle is None:
        return Kind.SPOT
    if contract.expires_on is None:
        return Kind.PERPETUAL
    return Kind.FUTURE if contract.option_type is None else Kind.OPTION


def _option(contract: Contract) -> Instrument:
    step = Decimal(_INVERSE[contract.base].option_step)
    grid = Grid(amount_step=step, min_amount=step, tick_size=0.0001, tick_steps=_OPTION_STEPS)
    return listed_as(contract, 1.0, grid, _OPTION_FEES)


def _dollar_contract(contract: Contract) -> Instrument:
    terms = _INVERSE[contract.base]
    tick = terms.perpetual_tick if contract.expires_on is None else terms.future_tick
    grid = Grid(amount_step=Decimal(1), min_amount=Decimal(1), tick_size=tick)
    return listed_as(contract, terms.contract_usd, grid, Fees(maker=0.0, taker=0.0005))
