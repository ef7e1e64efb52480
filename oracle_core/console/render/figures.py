"""Numbers as a trader reads them: with a unit, thousands separators, and no more digits than mean something."""

import math
from collections.abc import Sequence
from datetime import datetime, timedelta

ABSENT = "absent"
UNKNOWN = "unknown"
HUGE = 1e13
"""Where cents no longer fit into a float."""
PRICE_DIGITS = 8


def amount(value: float | None, digits: int = 2, *, sign: bool = False, absent: str = ABSENT) -> str:
    """A number with thousands separators; never a negative zero.

    >>> amount(-4509.004), amount(-0.001), amount(3.5, sign=True), amount(None)
    ('-4,509.00', '0.00', '+3.50', 'absent')
    """
    if value is None:
        return absent
    if abs(value) >= HUGE:
        return f"{value:.3e}"
    rounded = round(value, digits) + 0.0
    return f"{rounded:{'+' if sign and rounded else ''},.{digits}f}"


def dollars(value: float) -> str:
    """Dollars in a sentence: whole ones, cents where they are most of it.

    >>> dollars(2573.868687), dollars(-12.345), dollars(0.0)
    ('2,574 USD', '-12.35 USD', '0 USD')
    """
    return f"{amount(value, 0 if abs(value) >= 100 or value == 0 else 2)} USD"


def coin_digits(price: float | None) -> int:
    """Decimals of a delta in coins whose last digit is worth one to ten dollars.

    >>> coin_digits(1900.0), coin_digits(103_217.5), coin_digits(0.2), coin_digits(None)
    (3, 5, 0, 4)
    """
    if price is None or not 0.0 < price < math.inf:
        return 4
    return max(0, math.floor(math.log10(price)))


def exact(value: float | None) -> str:
    """A quantity with exactly the digits it has: contracts on their grid.

    >>> exact(1.3546), exact(-2284.0), exact(103217.0), exact(0.1 + 0.2)
    ('1.3546', '-2,284', '103,217', '0.3')
    """
    if value is None:
        return UNKNOWN
    if abs(value) >= HUGE:
        return f"{value:.3e}"
    found = f"{value:,.10f}".rstrip("0").rstrip(".")
    return "0" if found == "-0" else found


def price(value: float | None) -> str:
    """A price to eight significant digits: every tick is shown, an average over levels is not spelled out.

    >>> price(99_995.6656804734), price(0.00001234567891), price(123_456_789_012.5), price(1900.0)
    ('99,995.666', '0.0000123457', '123,456,789,012', '1,900')
    """
    if value is None or not 0.0 < abs(value) < math.inf:
        return exact(value)
    return exact(round(value, max(0, PRICE_DIGITS - 1 - math.floor(math.log10(abs(value))))))


def signed(value: float | None) -> str:
    """An exact quantity with its sign."""
    return f"+{exact(value)}" if value is not None and value > 0 else exact(value)


def percent(value: float | None, digits: int = 1, *, sign: bool = False) -> str:
    """A per cent figure.

    >>> percent(18.1067), percent(-30.0, 0, sign=True)
    ('18.1 %', '-30 %')
    """
    return UNKNOWN if value is None else f"{amount(value, digits, sign=sign)} %"


def cents(parts: Sequence[float | None], total: float) -> list[float | None]:
    """The parts of a sum, rounded to the cent so that what is printed adds up to the printed total.

    >>> cents([1.2869, 0.1287, None], 1.4156)
    [1.29, 0.13, None]
    >>> cents([0.004, 0.004, 0.004], 0.012)
    [0.01, 0.0, 0.0]
    """
    if any(abs(item) >= HUGE for item in (*parts, total) if item is not None):
        return list(parts)
    rounded = [None if item is None else _cents(item) for item in parts]
    short = _cents(total) - sum(item for item in rounded if item is not None)
    step = 1 if short > 0 else -1
    left = [(step * (100.0 * item - _cents(item)), -place) for place, item in enumerate(parts) if item]
    for _, place in sorted(left, reverse=True)[: abs(short)]:
        rounded[-place] = (rounded[-place] or 0) + step
    return [None if item is None else item / 100.0 for item in rounded]


def _cents(value: float) -> int:
    return round(100.0 * round(value, 2))


def at(when: datetime | None, *, seconds: bool = False) -> str:
    """A time on the desk's clock, UTC."""
    return UNKNOWN if when is None else f"{when:%Y-%m-%d %H:%M:%S} UTC" if seconds else f"{when:%Y-%m-%d %H:%M} UTC"


def countdown(span: timedelta) -> str:
    """How long until something, in its two largest units.

    >>> countdown(timedelta(days=20)), countdown(timedelta(minutes=5)), countdown(timedelta(hours=-1))
    ('20 d 0 h', '5 min', 'past')
    """
    seconds = int(span.total_seconds())
    if seconds <= 0:
        return "past"
    days, hours, minutes = seconds // 86_400, seconds // 3_600 % 24, seconds // 60 % 60
    if days:
        return f"{days} d {hours} h"
    if hours:
        return f"{hours} h {minutes} min"
    return f"{minutes} min" if minutes else f"{seconds} s"


def countdown_hours(hours: float | None) -> str:
    """How long until something that is some hours away.

    >>> countdown_hours(480.0), countdown_hours(0.25), countdown_hours(None)
    ('20 d 0 h', '15 min', 'unknown')
    """
    return UNKNOWN if hours is None else countdown(timedelta(hours=hours))
