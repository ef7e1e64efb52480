"""Numbers as a desk reads them: thousands apart, a sign where it matters, and absent where there is none."""

from decimal import Decimal

ABSENT = "absent"


def usd(value: float | None, digits: int = 2) -> str:
    """Signed dollars.

    >>> usd(-1234.5), usd(0.0), usd(None)
    ('−1,234.50', '0.00', 'absent')
    """
    return ABSENT if value is None else signed(value, digits)


def paid(value: float | None) -> str:
    """A cost, without a sign unless it is a rebate.

    >>> paid(3.25), paid(-1.0), paid(-0.001), paid(None)
    ('3.25', '−1.00', '0.00', 'absent')
    """
    return ABSENT if value is None else figure(value)


def figure(value: float, digits: int = 2) -> str:
    """A number with a sign only where it is below zero.

    >>> figure(3.5541), figure(-1234.5), figure(-0.001)
    ('3.55', '−1,234.50', '0.00')
    """
    return signed(value, digits).removeprefix("+")


def signed(value: float, digits: int = 2) -> str:
    """A number with its sign; what rounds to zero has none.

    >>> signed(3.5541, 3), signed(-0.0001, 3)
    ('+3.554', '0.000')
    """
    shown = f"{value:+,.{digits}f}"
    return _minus(shown) if any(digit in "123456789" for digit in shown) else shown.lstrip("+-")


def percent(value: float | None, digits: int = 1) -> str:
    """A number that is already in per cent.

    >>> percent(12.345), percent(None)
    ('12.3 %', 'absent')
    """
    return ABSENT if value is None else _minus(f"{value:,.{digits}f} %")


def price(value: float) -> str:
    """A price, with more digits the smaller it is.

    >>> price(61234.5), price(1.25), price(0.01235)
    ('61,234.50', '1.2500', '0.012350')
    """
    size = abs(value)
    digits = 2 if size >= 100.0 else 4 if size >= 1.0 else 6
    return _minus(f"{value:,.{digits}f}")


def contracts(value: Decimal) -> str:
    """A quantity, in the digits of its grid.

    >>> contracts(Decimal("3.554")), contracts(Decimal("-103217"))
    ('+3.554', '−103,217')
    """
    return _minus(f"{value:+,f}")


def counted(number: int, name: str) -> str:
    """How many of something.

    >>> counted(0, "fill"), counted(1, "fill"), counted(1_200, "fill")
    ('no fill', '1 fill', '1,200 fills')
    """
    return f"no {name}" if number == 0 else f"1 {name}" if number == 1 else f"{number:,} {name}s"


def _minus(text: str) -> str:
    return text.replace("-", "−")
