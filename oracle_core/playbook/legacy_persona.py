"""Older persona files ({name, profile, strategy_weights}) in today's form."""

from collections.abc import Collection, Mapping

from pydantic import JsonValue

from oracle_core.playbook.legacy import Account, Imported, Old, number_of, read_old, text_of, word
from oracle_core.playbook.persona import Persona
from oracle_core.playbook.schemas import file_text
from oracle_core.strict_json import nearest, parse_json

ALIASES = {"desc": "description", "instruction": "instructions", "weights": "strategy_weights"}
PROFILES = {"moderate": "balanced", "neutral": "balanced", "safe": "cautious"}
"""Other words for the personas of today; whatever might loosen a limit by a guess is not here."""
FALLBACK = {"delta_neutral": 1.0}


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
    old, account = read_old(data, source, ALIASES), Account(source=source)
    name = word(text_of(old, "name", account))
    if not name:
        account.refuse("name", old.get("name", "absent"), "the name of the persona")
    account.became("name", old.get("name", ""), f"name {name}")
    template = _template(old, templates, account)
    weights = _weights(old.get("strategy_weights", {}), strategies, account)
    changes = {"name": name, "guidance": _guidance(old, account), "strategy_weights": weights}
    for key in sorted(old.keys() - {"name", "profile", "strategy_weights", "description", "instructions"}):
        account.leave_out(key, old[key], "no such key: this version has nothing like it")
    left_out = account.settle(accept_unmapped=accept_unmapped)
    account.became("(not in the old file)", "", f"as in {template.name}: every limit and preference")
    written = file_text(template.model_copy(update={**changes, "advise_only": left_out}))
    return Imported(value=parse_json(written.encode(), source, Persona), report=tuple(account.report))


def _template(old: Old, templates: Mapping[str, Persona], account: Account) -> Persona:
    profile = old.get("profile", "absent")
    name = word(profile) if isinstance(profile, str) else ""
    found = templates.get(PROFILES.get(name, name))
    if found is None:
        account.leave_out("profile", profile, f"a persona to take the limits from, {nearest(name, templates)}")
        return min(templates.values(), key=lambda persona: persona.rank)
    account.became("profile", profile, f"rank, limits and preferences of {found.name}")
    return found


def _guidance(old: Old, account: Account) -> str:
    parts = {key: text_of(old, key, account) for key in ("description", "instructions")}
    for key, text in parts.items():
        if text:
            account.became(key, text, "guidance, which a model reads and no rule does")
    return "\n".join(text for text in parts.values() if text)


def _weights(given: JsonValue, strategies: Collection[str], account: Account) -> dict[str, float]:
    if not isinstance(given, dict):
        account.refuse("strategy_weights", given, "an object of strategy names and weights")
        return FALLBACK
    weights: dict[str, float] = {}
    for old_name, value in given.items():
        _weigh(old_name, value, weights, strategies, account)
    if not any(weights.values()):
        account.leave_out("strategy_weights", given, "a weight above 0 on a known strategy")
        return FALLBACK
    return weights


def _weigh(
    old_name: str, value: JsonValue, weights: dict[str, float], strategies: Collection[str], account: Account
) -> None:
    key, name, weight = f"strategy_weights.{old_name}", word(old_name), number_of(value)
    if weight is None or weight < 0.0:
        account.refuse(key, value, "a finite number of 0 or more")
    elif name in weights:
        account.refuse(key, value, f"`{name}` once, whatever its spelling")
    elif name not in strategies:
        account.leave_out(key, value, f"a known strategy, {nearest(name, strategies)}")
    else:
        weights[name] = weight
        account.became(key, value, f"strategy_weights.{name}")
