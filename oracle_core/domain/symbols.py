"""Deribit's own instrument names and the unified symbols, translated both ways."""

import re
from datetime import UTC, date, datetime, time
from typing import Final, NamedTuple

from oracle_core.domain.instrument import OptionType

DERIBIT: Final = "deribit"
SETTLEMENT_HOUR: Final = time(8, tzinfo=UTC)
"""When Deribit's dated contracts expire."""


class Contract(NamedTuple):
    """What a name says. `settle` is None for spot; `strike` is decimal text, as written in the symbol."""

    base: str
    quote: str
    settle: str | None = None
    expires_on: date | None = None
    strike: str | None = None
    option_type: OptionType | None = None

    @property
    def expiry(self) -> datetime | None:
        return None if self.expires_on is None else datetime.combine(self.expires_on, SETTLEMENT_HOUR)

    @property
    def symbol(self) -> str:
        """The unified symbol."""
        if self.settle is None:
            return f"{self.base}/{self.quote}"
        dated = "" if self.expires_on is None else f"-{self.expires_on:%y%m%d}"
        return f"{self.base}/{self.quote}:{self.settle}{dated}{self._right(self.strike)}"

    @property
    def deribit_name(self) -> str:
        """The name Deribit gives the contract."""
        inverse = self.settle == self.base
        pair = self.base if inverse else f"{self.base}_{self.quote}"
        if self.settle is None:
            return pair
        if self.expires_on is None:
            return f"{pair}-PERPETUAL"
        day = self.expires_on
        dated = f"{pair}-{day.day}{_MONTHS[day.month - 1]}{day:%y}"
        return dated + self._right(None if self.strike is None else self.strike.replace(".", "d"))

    def _right(self, strike: str | None) -> str:
        return "" if strike is None or self.option_type is None else f"-{strike}-{self.option_type.name[0]}"


def unified(venue: str, symbol: str) -> str:
    """The unified symbol of a name in a file; what is not one of Deribit's own names stays as it is.

    >>> unified("deribit", "ETH-27MAR26-1800-C"), unified("deribit", "ETH_USDC-27MAR26-2d3-P")
    ('ETH/USD:ETH-260327-1800-C', 'ETH/USDC:USDC-260327-2.3-P')
    >>> unified("deribit", "BTC-PERPETUAL"), unified("deribit", "ETH_USDC-PERPETUAL"), unified("deribit", "ETH_USDC")
    ('BTC/USD:BTC', 'ETH/USDC:USDC', 'ETH/USDC')
    >>> unified("okx", "BTC-PERPETUAL"), unified("deribit", "ETH/USD:ETH")
    ('BTC-PERPETUAL', 'ETH/USD:ETH')
    """
    contract = from_deribit(symbol) if venue == DERIBIT else None
    return symbol if contract is None else contract.symbol


def from_deribit(name: str) -> Contract | None:
    """What one of Deribit's names says; None for anything else, combos among it.

    >>> from_deribit("BTC-5JUN26").expiry.isoformat()
    '2026-06-05T08:00:00+00:00'
    >>> from_deribit("BTC-31FEB26") is None
    True
    """
    found = _DERIBIT.fullmatch(name)
    if found is None or (found["quote"] is None and found["tail"] is None):
        return None
    day = None if found["day"] is None else _date(2000 + int(found["year"]), found["month"], int(found["day"]))
    if found["day"] is not None and day is None:
        return None
    base, quote = found["base"], found["quote"] or "USD"
    settle = None if found["tail"] is None else (found["quote"] or base)
    strike = None if found["strike"] is None else found["strike"].replace("d", ".")
    return Contract(base, quote, settle, day, strike, _RIGHTS.get(found["right"]))


def from_unified(symbol: str) -> Contract | None:
    """What a unified symbol says; None for anything else.

    >>> from_unified("ETH/USDC:USDC-260327-2.3-P").deribit_name, from_unified("BTC/USD:BTC-260605").deribit_name
    ('ETH_USDC-27MAR26-2d3-P', 'BTC-5JUN26')
    >>> from_unified("BTC/USD:BTC").deribit_name, from_unified("ETH/USDC").deribit_name
    ('BTC-PERPETUAL', 'ETH_USDC')
    """
    found = _UNIFIED.fullmatch(symbol)
    if found is None:
        return None
    day = None if found["day"] is None else _date(2000 + int(found["year"]), int(found["month"]), int(found["day"]))
    if found["day"] is not None and day is None:
        return None
    return Contract(found["base"], found["quote"], found["settle"], day, found["strike"], _RIGHTS.get(found["right"]))


_MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
_RIGHTS: dict[str | None, OptionType] = {"C": OptionType.CALL, "P": OptionType.PUT}
_DERIBIT = re.compile(
    r"(?P<base>[A-Z0-9]+)(?:_(?P<quote>[A-Z0-9]+))?"
    rf"(?P<tail>-PERPETUAL|-(?P<day>\d{{1,2}})(?P<month>{'|'.join(_MONTHS)})(?P<year>\d\d)"
    r"(?:-(?P<strike>\d+(?:d\d+)?)-(?P<right>[CP]))?)?",
    re.ASCII,
)
_UNIFIED = re.compile(
    r"(?P<base>[A-Za-z0-9]+)/(?P<quote>[A-Za-z0-9]+)"
    r"(?::(?P<settle>[A-Za-z0-9]+)(?:-(?P<year>\d\d)(?P<month>\d\d)(?P<day>\d\d)"
    r"(?:-(?P<strike>\d+(?:\.\d+)?)-(?P<right>[CP]))?)?)?",
    re.ASCII,
)


def _date(year: int, month: int | str, day: int) -> date | None:
    number = _MONTHS.index(month) + 1 if isinstance(month, str) else month
    try:
        return date(year, number, day)
    except ValueError:
        return None
