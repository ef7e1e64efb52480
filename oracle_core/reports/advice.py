"""The sections about the day's work: what was recommended and what became of it, and what trading cost."""

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal

from oracle_core.domain.hedge import CandidateAction, Leg, Pick
from oracle_core.domain.record import CycleRecord
from oracle_core.reports.figures import contracts, counted, figure, paid, price, signed, usd
from oracle_core.reports.inputs import DailyInputs, time_zone
from oracle_core.reports.outcome import fills_of, outcome
from oracle_core.reports.section import Section, Table, table


def advice_section(inputs: DailyInputs) -> Section:
    """The day's recommendations, newest first."""
    if not inputs.records:
        return Section(title="Recommendations", sentences=("No cycle ran today.",))
    return Section(title="Recommendations", parts=tuple(_cycle(inputs, record) for record in inputs.records))


def cost_section(inputs: DailyInputs) -> Section:
    """What was filled today, and its fees by the currency they were paid in."""
    if not inputs.fills:
        return Section(title="Costs of the day", sentences=("Nothing was filled today: no fee was paid.",))
    expected = [record.plan.cost_usd for record in inputs.records if record.plan and fills_of(inputs, record.plan.hash)]
    sentences = [f"Filled notional {paid(sum(done.notional_usd for done in inputs.fills))} USD."]
    if expected:
        sentences.append(f"The plans that were filled expected to cost {paid(sum(expected))} USD, spread included.")
    fees: dict[str, list[float]] = {}
    for done in inputs.fills:
        fees.setdefault(done.fill.fee_currency, []).append(done.fill.fee)
    rows = [(currency, f"{len(parts):,}", _fee(sum(parts))) for currency, parts in sorted(fees.items())]
    return Section(
        title="Costs of the day", sentences=tuple(sentences),
        tables=(table("Fees, in the currency they were paid in", "Currency:,Fills,Fees", rows), _fill_table(inputs)),
    )  # fmt: skip


def clock(inputs: DailyInputs, moment: datetime) -> str:
    """A time of the day in the report's zone."""
    return f"{moment.astimezone(time_zone(inputs.zone)):%H:%M:%S}"


def picked(record: CycleRecord) -> Iterable[tuple[Pick, CandidateAction]]:
    """What was chosen, with the candidate it names."""
    advice = record.recommendation
    return ((pick, found) for pick in advice.picks if (found := advice.candidate(pick.id)) is not None)


def _cycle(inputs: DailyInputs, record: CycleRecord) -> Section:
    return Section(
        title=f"{clock(inputs, record.as_of)} — cycle {record.cycle_id}",
        sentences=(*_said(inputs, record), *(f"Assumed: {text}." for text in record.recommendation.assumptions)),
        tables=(_leg_table(record), _cost_table(record)),
    )


def _said(inputs: DailyInputs, record: CycleRecord) -> list[str]:
    advice, note = record.recommendation, record.recommendation.advisor
    chosen = ", ".join(_choice(pick, found) for pick, found in picked(record)) or "nothing"
    said = [
        f"Outcome: {outcome(inputs, record).value}.",
        f"Asked by: {record.reason}. Strategy {advice.strategy}, persona {advice.persona}.",
        f"Advisor: {note.name}{'' if note.fallback_reason is None else f' (fallback: {note.fallback_reason})'}.",
        f"Chosen: {chosen}, of {counted(len(advice.candidates), 'candidate')}.",
        f"Guardrails: {record.verdict.ruling.value}, {counted(len(record.verdict.findings), 'finding')}.",
    ]
    said += [f"Binding: {found.rail} ({found.ruling.value}) — {found.why}." for found in record.verdict.binding]
    if note.prose:
        said.append(f"In the advisor's words: {note.prose}")
    return said


def _choice(pick: Pick, found: CandidateAction) -> str:
    part = "" if pick.scale == 1.0 else f" × {pick.scale:g}"
    return f"{found.label} {found.kind.value}{part}"


def _leg_table(record: CycleRecord) -> Table:
    chosen = [(found.label, leg) for _, found in picked(record) for leg in found.legs]
    rows = [_leg_row(label, leg, leg.contracts, leg.price) for label, leg in chosen]
    units = {leg.id: leg for _, leg in chosen}
    planned = () if record.plan is None else record.plan.legs
    rows += [_leg_row("plan", units[leg.id], leg.contracts, leg.expected_price) for leg in planned if leg.id in units]
    caption = "Legs of what was chosen, and of the plan the guardrails left"
    return table(caption, "From:,Venue:,Symbol:,Contracts,Coins,Notional USD,Price", rows)


def _leg_row(label: str, unit: Leg, size: Decimal, at: float) -> tuple[str, ...]:
    share = float(size / unit.contracts)
    return (
        label, unit.venue, unit.symbol, contracts(size), signed(unit.coins * share, 4),
        usd(unit.notional_usd * share), price(at),
    )  # fmt: skip


def _cost_table(record: CycleRecord) -> Table:
    cost = record.recommendation.cost
    benefit = sum(found.benefit for _, found in picked(record))
    row = (paid(cost.fee), paid(cost.half_spread), paid(cost.slippage), paid(cost.total), usd(benefit))
    return table("Cost now and benefit over the horizon, in USD", "Fee,Half-spread,Slippage,Total cost,Benefit", [row])


def _fill_table(inputs: DailyInputs) -> Table:
    rows = [
        (clock(inputs, done.fill.filled_at), done.fill.venue, done.fill.symbol, contracts(done.fill.contracts),
         price(done.fill.price), f"{_fee(done.fill.fee)} {done.fill.fee_currency}", paid(done.notional_usd))
        for done in inputs.fills
    ]  # fmt: skip
    return table("Fills", "Time:,Venue:,Symbol:,Contracts,Price,Fee,Notional USD", rows)


def _fee(amount: float) -> str:
    return paid(amount) if abs(amount) >= 1.0 or amount == 0.0 else figure(amount, 8)
