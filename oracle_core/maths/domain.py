"""What a formula accepts: each input's domain, checked once, every fault named together."""

from math import isfinite
from typing import Final, NamedTuple, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from oracle_core.errors import PricingError, fault

Floats: TypeAlias = NDArray[np.float64]
Flags: TypeAlias = NDArray[np.bool_]


class Domain(NamedTuple):
    """An interval of finite numbers; `units` narrows it to +1 and -1, `any_value` lets even a NaN pass."""

    expected: str
    low: float = -np.inf
    high: float = np.inf
    includes_low: bool = True
    units: bool = False
    any_value: bool = False

    def holds(self, values: Floats) -> Flags:
        """Whether each value lies inside."""
        if self.units:
            return np.abs(values) == 1.0
        if self.any_value:
            return np.ones(values.shape, dtype=np.bool_)
        above = values >= self.low if self.includes_low else values > self.low
        return np.isfinite(values) & above & (values <= self.high)

    def holds_all(self, values: Floats) -> bool:
        """`holds(values).all()` by two reductions: a NaN fails both comparisons."""
        if self.units or self.any_value or values.size == 0:
            return bool(self.holds(values).all())
        smallest, largest = float(values.min()), float(values.max())
        above = smallest >= self.low if self.includes_low else smallest > self.low
        return above and isfinite(smallest) and isfinite(largest) and largest <= self.high


ANY: Final = Domain("numbers", any_value=True)
FINITE: Final = Domain("a finite number")
POSITIVE: Final = Domain("a finite number > 0", low=0.0, includes_low=False)
NOT_NEGATIVE: Final = Domain("a finite number >= 0", low=0.0)
CORRELATION: Final = Domain("a number from -1 to 1", low=-1.0, high=1.0)
SIGN: Final = Domain("+1 (call) or -1 (put)", units=True)


def arrays(formula: str, **inputs: tuple[ArrayLike, Domain]) -> tuple[Floats, ...]:
    """The inputs as float64 arrays, in the order given.

    Raises: PricingError: an input is not finite, is outside its domain, or the shapes do not broadcast together.

    >>> arrays("black", forward=(100.0, POSITIVE), vol=(float("nan"), NOT_NEGATIVE))
    Traceback (most recent call last):
    oracle_core.errors.PricingError: black: vol: `nan` — expected a finite number >= 0
    """
    converted = {name: _array(formula, name, value) for name, (value, _) in inputs.items()}
    faults = [
        _first_fault(formula, name, converted[name], domain)
        for name, (_, domain) in inputs.items()
        if not domain.holds_all(converted[name])
    ]
    if not faults and not _broadcast(converted):
        shapes = ", ".join(f"{name} {values.shape}" for name, values in converted.items())
        faults = [str(fault(formula, "shape", shapes, "shapes that broadcast together"))]
    if faults:
        raise PricingError("; ".join(faults))
    return tuple(converted.values())


def _array(formula: str, name: str, value: ArrayLike) -> Floats:
    try:
        return np.asarray(value, dtype=np.float64)
    except (TypeError, ValueError) as e:
        raise PricingError(str(fault(formula, name, repr(value), "numbers"))) from e


def _first_fault(formula: str, name: str, values: Floats, domain: Domain) -> str:
    wrong = np.argwhere(~domain.holds(values))
    at = tuple(int(i) for i in wrong[0])
    place = f"{name}[{', '.join(map(str, at))}]" if at else name
    more = f" ({len(wrong)} such values)" if len(wrong) > 1 else ""
    return f"{fault(formula, place, float(values[at]), domain.expected)}{more}"


def _broadcast(converted: dict[str, Floats]) -> bool:
    try:
        np.broadcast_shapes(*(values.shape for values in converted.values()))
    except ValueError:
        return False
    return True
