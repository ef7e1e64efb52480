"""The daily report: one set of values, told three ways."""

import json
from dataclasses import dataclass

from oracle_core.domain.canonical import to_json
from oracle_core.reports.advice import advice_section, cost_section
from oracle_core.reports.book import advised, before, book_sections
from oracle_core.reports.chart import stress_chart
from oracle_core.reports.document import document
from oracle_core.reports.figures import counted
from oracle_core.reports.inputs import DailyInputs
from oracle_core.reports.markdown import markdown
from oracle_core.reports.page import html_page
from oracle_core.reports.parameters import parameter_section


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """The same report for a reader, a browser and a program. UTF-8 text that ends in a newline."""

    markdown: str
    html: str
    json: str


def daily(inputs: DailyInputs) -> Report:
    """The day of one account. The same inputs give the same text, byte for byte: nothing reads a clock or a locale."""
    book = book_sections(inputs)
    sections = (*book[:3], advice_section(inputs), cost_section(inputs), parameter_section(inputs), *book[3:])
    title, banner, under = _title(inputs), _banner(inputs), _under(inputs)
    held = before(inputs)
    chart = None if held is None else stress_chart(held, advised(inputs))
    return Report(
        markdown=markdown(title, banner, under, sections),
        html=html_page(title, banner, under, sections, chart),
        json=json.dumps(to_json(document(inputs)), indent=2, sort_keys=True, ensure_ascii=False, allow_nan=False)
        + "\n",
    )


def _title(inputs: DailyInputs) -> str:
    return f"Daily report, {inputs.local:%Y-%m-%d} — {inputs.account}"


def _banner(inputs: DailyInputs) -> str:
    money = "no real money" if inputs.mode == "paper" else "test money" if inputs.mode == "testnet" else "real money"
    return f"{inputs.mode.upper()} — {money}. Not financial advice."


def _under(inputs: DailyInputs) -> str:
    cycles, fills = counted(len(inputs.records), "cycle"), counted(len(inputs.fills), "fill")
    return (
        f"As of {inputs.local:%Y-%m-%d %H:%M:%S} {inputs.zone}; all times in {inputs.zone}. "
        f"Trading is {inputs.trading_state.value}. Today: {cycles}, {fills}."
    )
