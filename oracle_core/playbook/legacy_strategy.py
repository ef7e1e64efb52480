"""Older strategy files ({name, description, modifiers, instructions}) in today's form."""

import re
from collections.abc import Callable, Iterable, Mapping
from typing import TypeAlias

from pydantic import JsonValue

from oracle_core.playbook.legacy import (
    LONGEST_SUMMARY,
    Account,
    Entry,
    Imported,
    Old,
    entries,
    guidance_of,
    name_of,
    number_of,
    read_old,
    text_of,
    word,
    words_of,
)
from oracle_core.playbook.policies import Style
from oracle_core.playbook.schemas import file_text
from oracle_core.playbook.strategy import Strategy
from oracle_core.strict_json import nearest, parse_json

Changes: TypeAlias = dict[tuple[str, str], object]
"""New values by section and key."""
Reader: TypeAlias = Callable[[Entry, Account], Changes]

ALIASES = {"desc": "description", "instruction": "instructions", "modifier": "modifiers"}
MODIFIER_ALIASES = {"rebalancing_triggers": "rebalancing_trigger", "volatility_indicator": "volatility_indicators"}
TRIGGERS: dict[str, tuple[str, float | bool, str]] = {
    "volatility_spike": ("iv_move_points", 5.0, "triggers.iv_move_points 5, as the old file gave no number"),
    "price_jump": ("price_move_sigma_1d", 1.0, "triggers.price_move_sigma_1d 1, as the old file gave no number"),
    "delta_threshold_breach": ("delta_band", True, "triggers.delta_band"),
}
NO_TRIGGER: dict[str, bool | None] = {
    "delta_band": False,
    "price_move_pct": None,
    "price_move_usd": None,
    "price_move_sigma_1d": None,
    "iv_move_points": None,
}
"""What a trigger that an older file does not name becomes."""
STYLES = {
    "limit_when_possible": Style.MAKER_THEN_TAKER,
    "limit": Style.MAKER,
    "limit_only": Style.MAKER,
    "market": Style.TAKER,
}
MINUTES = {"adaptive": None, "hourly": 60, "daily": 1440}
ALWAYS_READ = ("iv", "rv", "funding_rates", "fundingrates")
ELSEWHERE = {
    "execution_constraints": "an object of `slippage_tolerance` and `latency_max`",
    "execution_constraints.slippage_tolerance": "`collar_bps` in the settings (100 for 1 %)",
    "execution_constraints.latency_max": "`deadline_seconds` in the settings (1 for 1000 ms)",
    "heat_thresholds": "limits in a persona",
    "persona_actions": "limits in each persona",
    "risk_tolerance": "`risk_aversion` in a persona",
    "risk_level": "`rank` and limits in a persona",
    "leverage_bias": "`gross_leverage` in a persona",
    "profit_focus": "`objective` in a persona",
}


def import_strategy(
    data: bytes, source: str, *, templates: Mapping[str, Strategy], accept_unmapped: bool = False
) -> Imported[Strategy]:
    """An older strategy file as `oracle.strategy/1`. What it does not say comes from the template.

    Args:
        templates: today's strategies by name; the one of the same name is the template, else `delta_neutral`.
        accept_unmapped: leave out what has no counterpart; the result is then for advice only.
    Raises: InputError: not such a file, a value that makes no sense, or a key without a counterpart; all at once.
    """
    account = Account(source=source)
    old = read_old(data, ALIASES, account)
    name = name_of(old, "strategy", account)
    template = templates.get(name) or templates["delta_neutral"]
    changes = _texts(old, name, template, account) | _modifiers(old, template, account)
    known = {"name", "description", "instructions", "modifiers"}
    for key in sorted(old.keys() - known):
        account.leave_out(*old[key], f"a known key, {nearest(key, known)}")
    changes["advise_only"] = account.settle(accept_unmapped=accept_unmapped) or template.advise_only
    account.became("(not in the old file)", "", f"as in {template.name}: every other key")
    written = file_text(template.model_copy(update=changes))
    return Imported(value=parse_json(written.encode(), source, Strategy), report=tuple(account.report))


def _texts(old: Old, name: str, template: Strategy, account: Account) -> dict[str, object]:
    summary = " ".join(text_of(old, "description", account).split())
    if not summary:
        return {"name": name, "guidance": guidance_of(old, ["instructions"], account)}
    if len(summary) > LONGEST_SUMMARY:
        account.became("(summary)", "", f"as in {template.name}: the description is longer than {LONGEST_SUMMARY}")
        return {"name": name, "guidance": guidance_of(old, ["description", "instructions"], account)}
    account.became(old["description"].spelled, summary, "summary")
    return {"name": name, "summary": summary, "guidance": guidance_of(old, ["instructions"], account)}


def _modifiers(old: Old, template: Strategy, account: Account) -> dict[str, object]:
    spelled, given = old.get("modifiers", Entry("modifiers", {}))
    if not isinstance(given, dict):
        account.refuse(spelled, given, "an object")
        return {}
    changes: Changes = {}
    for key, entry in _flat(given, spelled, account).items():
        reader = READERS.get(key)
        if reader is None:
            account.leave_out(*entry, ELSEWHERE.get(key) or f"a known key, {nearest(key, (*READERS, *ELSEWHERE))}")
        else:
            changes |= reader(entry, account)
    if changes.get(("triggers", "interval_minutes"), 1) is None and template.triggers.interval_steps:
        changes["triggers", "interval_steps"] = ()
        account.became("(no interval)", "", f"triggers.interval_steps off, which shorten that of {template.name}")
    return _sections(template, changes)


def _flat(modifiers: Mapping[str, JsonValue], at: str, account: Account) -> Old:
    """The modifiers, with those of `execution_constraints` one by one."""
    flat: dict[str, Entry] = {}
    for key, entry in entries(modifiers, MODIFIER_ALIASES, account, f"{at}.").items():
        if key == "execution_constraints" and isinstance(entry.value, dict):
            inner = entries(entry.value, {}, account, f"{entry.spelled}.")
            flat |= {f"{key}.{name}": found for name, found in inner.items()}
        else:
            flat[key] = entry
    return flat


def _sections(template: Strategy, changes: Changes) -> dict[str, object]:
    sections = {"triggers": template.triggers, "targets": template.targets, "execution": template.execution}
    changed = {name: {key: new for (at, key), new in changes.items() if at == name} for name in sections}
    return {name: section.model_copy(update=changed[name]) for name, section in sections.items()}


def _rebalancing(entry: Entry, account: Account) -> Changes:
    key, value = entry
    named: Changes = {}
    for name in dict.fromkeys(words_of(value)):
        if name not in TRIGGERS:
            account.leave_out(key, name, _one_of(TRIGGERS))
            continue
        trigger, level, became = TRIGGERS[name]
        named["triggers", trigger] = level
        account.became(key, name, became)
    if not named and value != []:
        return {}
    off: Changes = {("triggers", trigger): never for trigger, never in NO_TRIGGER.items()}
    silent = sorted(f"triggers.{trigger}" for _, trigger in off.keys() - named.keys())
    account.became(key, value, f"off, as it does not name them: {', '.join(silent)}")
    return off | named


def _frequency(entry: Entry, account: Account) -> Changes:
    name = word(_single(entry))
    if name not in MINUTES:
        account.leave_out(*entry, _one_of(MINUTES))
        return {}
    minutes = MINUTES[name]
    account.became(*entry, "no interval: the band decides" if minutes is None else f"every {minutes} minutes")
    return {("triggers", "interval_minutes"): minutes}


def _target_delta(entry: Entry, account: Account) -> Changes:
    text = entry.value.strip() if isinstance(entry.value, str) else ""
    # Nothing is nothing in every unit.
    if number_of(entry.value) != 0.0 and re.fullmatch(r"0+(\.0+)? ?%?", text) is None:
        account.leave_out(*entry, "the number 0; another target needs a unit, `targets.net_delta_pct_equity`")
        return {}
    account.became(*entry, "targets.net_delta_pct_equity 0")
    return {("targets", "net_delta_pct_equity"): 0.0}


def _trade_type(entry: Entry, account: Account) -> Changes:
    style = STYLES.get(word(_single(entry)))
    if style is None:
        account.leave_out(*entry, _one_of(STYLES))
        return {}
    account.became(*entry, f"execution.style {style.value}")
    return {("execution", "style"): style}


def _indicators(entry: Entry, account: Account) -> Changes:
    for name in dict.fromkeys(words_of(entry.value)):
        if name in ALWAYS_READ:
            account.became(entry.spelled, name, "no key: the engine always reads it")
        else:
            account.leave_out(entry.spelled, name, "one of `IV`, `RV`, `FundingRates`")
    return {}


def _single(entry: Entry) -> str:
    """A word, or the only one of a list; empty where there is none."""
    found = entry.value[0] if isinstance(entry.value, list) and len(entry.value) == 1 else entry.value
    return found if isinstance(found, str) else ""


def _one_of(known: Iterable[str]) -> str:
    return "one of " + ", ".join(f"`{name}`" for name in known)


READERS: dict[str, Reader] = {
    "hedging_frequency": _frequency,
    "target_delta": _target_delta,
    "rebalancing_trigger": _rebalancing,
    "trade_type_preference": _trade_type,
    "volatility_indicators": _indicators,
}
"""The modifiers that have a counterpart today."""
