"""Older persona files ({name, profile, strategy_weights}) in today's form."""

import re
from collections.abc import Collection, Mapping
from pathlib import PureWindowsPath

from pydantic import JsonValue

from oracle_core.playbook.legacy import (
    Account,
    Entry,
    Imported,
    Old,
    guidance_of,
    name_of,
    number_of,
    read_old,
    word,
)
from oracle_core.playbook.persona import Persona
from oracle_core.playbook.schemas import file_text
from oracle_core.strict_json import nearest, parse_json

ALIASES = {"desc": "description", "instruction": "instructions", "weights": "strategy_weights"}
PROFILES = {"moderate": "balanced", "neutral": "balanced", "safe": "cautious"}
"""Other words for the personas of today; whatever might loosen a limit by a guess is not here."""
FALLBACK = {"delta_neutral": 1.0}
MOST = 1e6
"""The largest weight of today's files."""


def import_persona(
    data: bytes,
    source: str,
    *,
    templates: Mapping[str, Persona],
    strategies: Collection[str],
    accept_unmapped: bool = False,
) -> Imported[Persona]:
    """An older persona file as `oracle.persona/1`, with the limits of the persona that its profile names.

    Args:
        templates: today's personas by name; the tightest is taken where the profile names none of them.
        strategies: the names that may be weighted.
        accept_unmapped: leave out what has no counterpart; the result is then for advice only.
    Raises: InputError: not such a file, a value that makes no sense, or a key without a counterpart; all at once.
    """
    account = Account(source=source)
    old = read_old(data, ALIASES, account)
    name = name_of(old, "persona", account)
    template = _template(old, templates, account)
    weights = _weights(old, strategies, account)
    guidance = guidance_of(old, ["description", "instructions"], account)
    known = {"name", "profile", "strategy_weights", "description", "instructions"}
    for key in sorted(old.keys() - known):
        account.leave_out(*old[key], f"a known key, {nearest(key, known)}")
    left_out = account.settle(accept_unmapped=accept_unmapped)
    account.became("(not in the old file)", "", f"as in {template.name}: every limit and preference")
    changes = {"name": name, "guidance": guidance, "strategy_weights": weights, "advise_only": left_out}
    written = file_text(template.model_copy(update=changes))
    return Imported(value=parse_json(written.encode(), source, Persona), report=tuple(account.report))


def _template(old: Old, templates: Mapping[str, Persona], account: Account) -> Persona:
    spelled, profile = old.get("profile", Entry("profile", "absent"))
    name = word(profile) if isinstance(profile, str) else ""
    found = templates.get(PROFILES.get(name, name))
    if found is None:
        account.leave_out(spelled, profile, f"a persona to take the limits from, {nearest(name, templates)}")
        return min(templates.values(), key=lambda persona: persona.rank)
    account.became(spelled, profile, f"rank, limits and preferences of {found.name}")
    return found


def _weights(old: Old, strategies: Collection[str], account: Account) -> dict[str, float]:
    spelled, given = old.get("strategy_weights", Entry("strategy_weights", "absent"))
    weights: dict[str, float] = {}
    if isinstance(given, dict):
        unit = "%" if all(isinstance(value, str) and value.strip().endswith("%") for value in given.values()) else ""
        for key, value in given.items():
            _weigh(Entry(f"{spelled}.{key}", value), _strategy(key), unit, (weights, strategies), account)
    if any(weights.values()):
        return weights
    if not isinstance(given, dict) or not given or weights:
        account.leave_out(spelled, given, "an object of strategy names and weights, one of them above 0")
    account.became(spelled, given, "strategy_weights.delta_neutral 1, as nothing else is weighted")
    return FALLBACK


def _strategy(key: str) -> str:
    """The name that a key means: a strategy's own, or that of its file, whichever way its path is written."""
    return word(PureWindowsPath(key).stem if key.casefold().endswith(".json") else key)


def _weigh(
    entry: Entry, name: str, unit: str, known: tuple[dict[str, float], Collection[str]], account: Account
) -> None:
    weights, strategies = known
    weight = _number(entry.value, unit)
    if weight is None:
        account.leave_out(*entry, "a number, or all weights in %")
    elif not 0.0 <= weight <= MOST:
        account.refuse(*entry, f"a number from 0 to {MOST:,.0f}")
    elif name in weights:
        account.refuse(*entry, f"`{name}` once, whatever its spelling")
    elif name not in strategies:
        account.leave_out(*entry, f"a known strategy, {nearest(name, strategies)}")
    else:
        weights[name] = weight
        account.became(*entry, f"strategy_weights.{name} {weight:g}")


def _number(value: JsonValue, unit: str) -> float | None:
    """A weight, as a number or as the text of one; where all are in per cent, what stands before the sign."""
    if not isinstance(value, str):
        return MOST * 10.0 if isinstance(value, int) and value > MOST else number_of(value)
    text = value.strip().removesuffix(unit).strip()
    return float(text) if re.fullmatch(r"-?\d{1,15}(\.\d{1,15})?", text, re.ASCII) else None
