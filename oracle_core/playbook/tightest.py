"""The triggers of several strategies as one set: each as soon as any of them wants it."""

from collections.abc import Iterable

from oracle_core.playbook.strategy import Triggers

LONGEST = frozenset({"loss_streak_hours", "expiry_days"})
"""Where more is more careful."""


def tightest(stated: Iterable[Triggers]) -> Triggers:
    """Of every figure the one that fires first, of every switch on if any has it on.

    >>> tightest([Triggers(interval_minutes=60, trend=5), Triggers(interval_minutes=15, events=True)]).interval_minutes
    15
    """
    given = list(stated)
    if len(given) == 1:
        return given[0]
    found: dict[str, object] = {"interval_steps": tuple(step for item in given for step in item.interval_steps)}
    for name in Triggers.model_fields.keys() - found.keys():
        values = [value for item in given if (value := getattr(item, name)) is not None]
        found[name] = _one(name, values)
    return Triggers.model_validate(found)


def _one(name: str, values: list[object]) -> object:
    if not values:
        return None
    numbers = [value for value in values if isinstance(value, bool | int | float)]
    if all(isinstance(value, bool) for value in numbers):
        return any(numbers)
    return max(numbers) if name in LONGEST else min(numbers)
