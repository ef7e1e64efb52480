"""Older strategy files ({name, description, modifiers, instructions}) in today's form."""

from collections.abc import Callable, Iterable, Mapping
from typing import TypeAlias

from pydantic import JsonValue

from oracle_core.playbook.legacy import Account, Imported, Old, number_of, read_old, text_of, word, words_of
from oracle_core.playbook.policies import Style
from oracle_core.playbook.schemas import file_text
from oracle_core.playbook.strategy import Strategy
from oracle_core.strict_json import parse_json

Changes: TypeAlias = dict[tuple[str, str], object]
"""New values by section and key."""
Reader: TypeAlias = Callable[[JsonValue, Account], Changes]

UNKNOWN = "no such key: this version has nothing like it"

ALIASES = {"desc": "description", "instruction": "instructions", "modifier": "modifiers"}
TRIGGERS: dict[str, tuple[str, float | bool, str]] = {
    "volatility_spike": ("iv_move_points", 5.0, "triggers.iv_move_points 5, as the old file gave no number"),
    "price_jump": ("price_move_sigma_1d", 1.0, "triggers.price_move_sigma_1d 1, as the old file gave no number"),
    "delta_threshold_breach": ("delta_band", True, "triggers.delta_band"),
}
NO_TRIGGER: dict[str, bool | None] = {
    "delta_band": False,
    "price_move_pct": None,
    "price_move_sigma_1d": None,
    "iv_move_points": None,
}
STYLES = {
    "limit_when_possible": Style.MAKER_THEN_TAKER,
    "limit": Style.MAKER,
    "limit_only": Style.MAKER,
    "market": Style.TAKER,
}
MINUTES = {"adaptive": None, "hourly": 60, "daily": 1440}
ALWAYS_READ = ("iv", "rv", "funding_rates", "fundingrates")
ELSEWHERE = {
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
    old, account = read_old(data, source, ALIASES), Account(source=source)
    name = word(text_of(old, "name", account))
    if not name:
        account.refuse("name", old.get("name", "absent"), "the name of the strategy")
    template = templates.get(name) or templates["delta_neutral"]
    changes = _texts(old, name, template, account) | _modifiers(old.get("modifiers", {}), template, account)
    for key in sorted(old.keys() - {"name", "description", "instructions", "modifiers"}):
        account.leave_out(key, old[key], UNKNOWN)
    changes["advise_only"] = account.settle(accept_unmapped=accept_unmapped) or template.advise_only
    account.became("(not in the old file)", "", f"as in {template.name}: every other key")
    written = file_text(template.model_copy(update=changes))
    return Imported(value=parse_json(written.encode(), source, Strategy), report=tuple(account.report))


def _texts(old: Old, name: str, template: Strategy, account: Account) -> dict[str, object]:
    summary = " ".join(text_of(old, "description", account).split())
    guidance = text_of(old, "instructions", account)
    account.became("name", old.get("name", ""), f"name {name}")
    if summary:
        account.became("description", summary, "summary")
    if guidance:
        account.became("instructions", guidance, "guidance, which a model reads and no rule does")
    return {"name": name, "summary": summary or template.summary, "guidance": guidance}


def _modifiers(modifiers: JsonValue, template: Strategy, account: Account) -> dict[str, object]:
    if not isinstance(modifiers, dict):
        account.refuse("modifiers", modifiers, "an object")
        return {}
    changes: Changes = {}
    for key, value in _flat(modifiers):
        reader = READERS.get(key)
        if reader is None:
            account.leave_out(f"modifiers.{key}", value, ELSEWHERE.get(key, UNKNOWN))
        else:
            changes |= reader(value, account)
    return _sections(template, changes)


def _flat(modifiers: dict[str, JsonValue]) -> list[tuple[str, JsonValue]]:
    """The modifiers, with those of `execution_constraints` one by one."""
    flat: list[tuple[str, JsonValue]] = []
    for key, value in modifiers.items():
        if word(key) == "execution_constraints" and isinstance(value, dict):
            flat += [(f"execution_constraints.{word(inner)}", item) for inner, item in value.items()]
        else:
            flat.append((word(key), value))
    return flat


def _sections(template: Strategy, changes: Changes) -> dict[str, object]:
    sections = {"triggers": template.triggers, "targets": template.targets, "execution": template.execution}
    changed = {name: {key: new for (at, key), new in changes.items() if at == name} for name in sections}
    return {name: section.model_copy(update=changed[name]) for name, section in sections.items()}


def _rebalancing(value: JsonValue, account: Account) -> Changes:
    key = "modifiers.rebalancing_trigger"
    changes: Changes = {("triggers", trigger): off for trigger, off in NO_TRIGGER.items()}
    for name in words_of(value):
        if name not in TRIGGERS:
            account.leave_out(key, name, _one_of(TRIGGERS))
            continue
        trigger, level, became = TRIGGERS[name]
        changes["triggers", trigger] = level
        account.became(key, name, became)
    return changes


def _frequency(value: JsonValue, account: Account) -> Changes:
    key = "modifiers.hedging_frequency"
    name = word(value) if isinstance(value, str) else ""
    if name not in MINUTES:
        account.leave_out(key, value, _one_of(MINUTES))
        return {}
    minutes = MINUTES[name]
    account.became(key, value, "no interval: the band decides" if minutes is None else f"every {minutes} minutes")
    return {("triggers", "interval_minutes"): minutes}


def _target_delta(value: JsonValue, account: Account) -> Changes:
    key = "modifiers.target_delta"
    if number_of(value) != 0.0:
        account.leave_out(key, value, "0; another target needs a unit, `targets.net_delta_pct_equity`")
        return {}
    account.became(key, value, "targets.net_delta_pct_equity 0")
    return {("targets", "net_delta_pct_equity"): 0.0}


def _trade_type(value: JsonValue, account: Account) -> Changes:
    key = "modifiers.trade_type_preference"
    style = STYLES.get(word(value)) if isinstance(value, str) else None
    if style is None:
        account.leave_out(key, value, _one_of(STYLES))
        return {}
    account.became(key, value, f"execution.style {style.value}")
    return {("execution", "style"): style}


def _indicators(value: JsonValue, account: Account) -> Changes:
    key = "modifiers.volatility_indicators"
    for name in words_of(value):
        if name in ALWAYS_READ:
            account.became(key, name, "no key: the engine always reads it")
        else:
            account.leave_out(key, name, "one of `IV`, `RV`, `FundingRates`")
    return {}


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
