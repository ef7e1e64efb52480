"""Numbers as people write them: digits with a unit, `10k`, or words such as `twenty five`."""

import re
from typing import Final

_SMALL: Final = (
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
    "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
)  # fmt: skip
_TENS: Final = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_UNITS: Final = dict(zip((*_SMALL, *_TENS), (*range(20), *range(20, 100, 10)), strict=True))
_SCALES: Final = {"hundred": 100, "thousand": 1_000, "million": 1_000_000}
_WORD: Final = "|".join([*_UNITS, *_SCALES])
_RUN: Final = re.compile(rf"\b(?:{_WORD})(?:(?:\s+and)?[\s-]+(?:{_WORD}))*\b")
_DIGIT_SCALE: Final = re.compile(r"(?<![\w.])(\d[\d,]*(?:\.\d+)?)\s+(thousand|million)\b")

_SPAN: Final = r"\s*(?:d|days?|h|hrs?|hours?|w|weeks?|k|m|usd|spot|price|btc|eth|sol)\b"
_NEXT: Final = rf"\s*(?:up\b|down\b|by\b|[+-]?\d[\d.]*(?![\d.])(?!{_SPAN}))"
"""After `vol`: it begins what is said of volatility, and is no unit of the number before it."""
NUMBER: Final = re.compile(
    r"(?<![\w.:])(?P<sign>[+-]?)\s?(?P<digits>\d[\d,_]*(?:\.\d+)?|\.\d+)\s*"
    r"(?P<unit>%|pct\b|percent\b|points?\b|pts?\b|vols?\b(?!"
    + _NEXT
    + r")|vol\s+points?\b|hours?\b|hrs?\b|h\b|days?\b|d\b|weeks?\b|w\b|"
    r"bps?\b|usd\b|dollars?\b|k\b|m\b)?",
    re.IGNORECASE,
)
"""A number that stands by itself, with its unit; a part of a word or id is none."""
TIMES: Final = {"h": 1.0, "hour": 1.0, "hr": 1.0, "d": 24.0, "day": 24.0, "w": 168.0, "week": 168.0}
"""Hours of each unit of time."""
MONEY: Final = {"k": 1e3, "m": 1e6, "usd": 1.0, "dollar": 1.0}


def with_digits(text: str) -> str:
    """The same text with number words as digits.

    >>> with_digits("minus twenty five % and two hundred thousand usd, 1.5 million")
    'minus 25 % and 200000 usd, 1500000'
    """
    scaled = _DIGIT_SCALE.sub(lambda found: f"{_float(found[1]) * _SCALES[found[2]]:.15g}", text)
    return _RUN.sub(lambda found: str(_value(found[0])), scaled)


def value_of(found: re.Match[str]) -> float:
    """The size of a number, without sign and unit.

    >>> value_of(next(NUMBER.finditer("-1,250.5 usd")))
    1250.5
    """
    return _float(found["digits"])


def unit_of(found: re.Match[str]) -> str:
    """Its unit in the singular; `%` for every spelling of per cent, `point` for points of volatility.

    >>> [unit_of(n) for n in NUMBER.finditer("10 pct 15 vols 2 days 3")]
    ['%', 'point', 'day', '']
    """
    unit = (found["unit"] or "").lower()
    if unit in ("%", "pct", "percent"):
        return "%"
    if unit.startswith(("vol", "point", "pt")):
        return "point"
    return unit.rstrip("s") if len(unit) > 1 else unit


def hours_in(text: str) -> float | None:
    """The first span of time that a text names, in hours.

    >>> [hours_in(text) for text in ("for two days", "an hour", "last week", "8h", "tomorrow", "soon")]
    [48.0, 1.0, 168.0, 8.0, 24.0, None]
    """
    for found in NUMBER.finditer(with_digits(text)):
        if unit_of(found) in TIMES:
            return value_of(found) * TIMES[unit_of(found)]
    spoken = re.search(r"\b(?:an?|last|next|one|a whole|past|the)\s+(hour|day|week)\b", text)
    if spoken:
        return TIMES[spoken[1]]
    return 24.0 if re.search(r"\b(?:tomorrow|yesterday)\b", text) else None


def days_in(text: str) -> float | None:
    """The first number of days or weeks that a text names, in days.

    >>> [days_in(text) for text in ("for 14d", "2 weeks", "in 8 hours")]
    [14.0, 14.0, None]
    """
    for found in NUMBER.finditer(with_digits(text)):
        if unit_of(found) in ("d", "day", "w", "week"):
            return value_of(found) * TIMES[unit_of(found)] / 24.0
    return None


def whole_number_in(text: str) -> int | None:
    """The first plain whole number.

    >>> [whole_number_in(text) for text in ("last 50 entries", "0.5 entries", "50k")]
    [50, None, None]
    """
    plain = (found for found in NUMBER.finditer(text) if not found["unit"] and not found["sign"])
    size = next((value_of(found) for found in plain), 0.5)
    return int(size) if size.is_integer() else None


def _float(digits: str) -> float:
    return float(digits.replace(",", "").replace("_", ""))


def _value(run: str) -> int:
    total = part = 0
    for word in re.findall(r"[a-z]+", run):
        if word == "hundred":
            part = max(part, 1) * 100
        elif word in _SCALES:
            total, part = total + max(part, 1) * _SCALES[word], 0
        else:
            part += _UNITS.get(word, 0)
    return total + part
