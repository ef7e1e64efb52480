"""The sections about the book: exposures, stress, limits, what could go wrong, and what the market reads."""

from oracle_core.domain.exposure import Exposure, Outlook, StressCell
from oracle_core.domain.limits import FLOORS, STATE_LIMITS, StateLimits, excess
from oracle_core.reading.indicators import greeks, indicators
from oracle_core.reading.reading import Reading
from oracle_core.reports.figures import ABSENT, figure, percent, price, signed, usd
from oracle_core.reports.inputs import DailyInputs
from oracle_core.reports.section import Section, Table, table

_WORST_SHOWN = 5
_UNITS = "Coin:,Net delta,Delta USD,Gamma USD/1 %,Vega USD/point,Theta USD/day,Funding USD/day"
_PARTS = "Coin:,Options (Black),Options counted,Perpetuals,Futures,Spot,Collateral,Net"
_NO_BOOK = "No book was given and no cycle ran: exposures are absent."


def book_sections(inputs: DailyInputs) -> tuple[Section, ...]:
    """Everything that can be said of the book as it stands."""
    return (_exposures(inputs), _stress(inputs), _wrong(inputs), _limits(inputs), _indicators(inputs))


def advised(inputs: DailyInputs) -> Outlook | None:
    """The book once the newest recommendation is filled."""
    return None if inputs.latest is None else inputs.latest.recommendation.outlook


def before(inputs: DailyInputs) -> Outlook | None:
    """The book as the newest recommendation found it, else as it stands: what `advised` is compared with."""
    if inputs.latest is None or not inputs.latest.recommendation.candidates:
        return inputs.current
    return inputs.latest.recommendation.candidates[0].before


def headroom(name: str, value: float, bound: float) -> float:
    """How far a value stands inside its limit, in per cent of the limit; below 0 it is breached.

    >>> headroom("gross_leverage", 1.5, 3.0), headroom("liquidation_distance_pct_min", 30.0, 20.0)
    (50.0, 50.0)
    """
    inside = value - bound if name in FLOORS else bound - value
    return 100.0 * inside / bound if bound > 0.0 else (0.0 if inside >= 0.0 else -100.0)


def cell_name(cell: StressCell) -> str:
    """A cell in words: every price by one share, every volatility by one factor."""
    move = "prices unchanged" if cell.spot_pct == 0.0 else f"prices {signed(cell.spot_pct, 0)} %"
    vol = "volatility unchanged" if cell.vol_factor == 1.0 else f"volatility × {cell.vol_factor:g}"
    return f"{move}, {vol}"


def _exposures(inputs: DailyInputs) -> Section:
    book = inputs.book
    if book is None:
        return Section(title="Exposures", sentences=(_NO_BOOK,))
    sentence = f"Equity {figure(book.equity_usd)} USD."
    if not book.exposures:
        return Section(title="Exposures", sentences=(sentence, "The book is empty: no coin is held."))
    rows = [_exposure_row(item) for item in book.exposures]
    deltas = [_delta_row(item) for item in book.exposures]
    return Section(
        title="Exposures", sentences=(sentence,),
        tables=(
            table("Per coin, in the units a desk speaks", _UNITS, rows),
            table("What the net delta is made of, in coins", _PARTS, deltas),
        ),
    )  # fmt: skip


def _exposure_row(item: Exposure) -> tuple[str, ...]:
    return (
        item.coin, signed(item.net_delta, 4), usd(item.delta_usd), usd(item.gamma_1pct_usd),
        usd(item.vega_usd_per_point), usd(item.theta_usd_per_day), usd(item.funding_usd_per_day),
    )  # fmt: skip


def _delta_row(item: Exposure) -> tuple[str, ...]:
    parts = (item.options_delta, item.net_transaction_delta, item.perpetual_delta, item.future_delta,
             item.spot_delta, item.collateral_delta, item.net_delta)  # fmt: skip
    return (item.coin, *(signed(part, 4) for part in parts))


def _stress(inputs: DailyInputs) -> Section:
    held, then = before(inputs), advised(inputs)
    if held is None:
        return Section(title="Stress", sentences=("Absent: there is no book to stress.",))
    after = {} if then is None else {(cell.spot_pct, cell.vol_factor): cell.pnl_usd for cell in then.stress}
    worst = sorted(held.stress, key=lambda cell: cell.pnl_usd)[:_WORST_SHOWN]
    rows = [
        (cell_name(cell), usd(cell.pnl_usd), usd(after.get((cell.spot_pct, cell.vol_factor))))
        for cell in worst
    ]  # fmt: skip
    how = "Every price moves at once by one share, every option's own volatility by one factor; no time passes."
    caption = "Profit and loss in USD in the worst cells, before and after the newest recommendation"
    return Section(
        title="Stress", sentences=(how,), tables=(table(caption, "Cell:,Before,After", rows),), chart=True
    )  # fmt: skip


def _wrong(inputs: DailyInputs) -> Section:
    held, then = before(inputs), advised(inputs)
    if held is None:
        return Section(title="What could go wrong", sentences=("Absent: there is no book to stress.",))
    said = [_loss("As it stands", held)]
    if then is not None:
        said.append(_loss("With the newest recommendation filled", then))
    said.append(
        "A gap beyond the grid, a venue that fails, a basis that widens or a smile that tilts is not in these figures."
    )
    return Section(title="What could go wrong", sentences=tuple(said))


def _loss(when: str, book: Outlook) -> str:
    if book.worst.pnl_usd >= 0.0:
        return f"{when}, no cell of the grid loses."
    share = f", {percent(-100.0 * book.worst.pnl_usd / book.equity_usd)} of equity" if book.equity_usd > 0.0 else ""
    return f"{when}, the worst cell ({cell_name(book.worst)}) changes the book by {usd(book.worst.pnl_usd)} USD{share}."


def _limits(inputs: DailyInputs) -> Section:
    book, limits = inputs.book, inputs.limits
    if book is None or limits is None:
        missing = "book" if book is None else "persona"
        return Section(title="Limits", sentences=(f"Absent: no {missing} was given.",))
    unknown = tuple(f"Unknown: {reason}." for reason in book.measures.unknown)
    return Section(title="Limits", sentences=unknown, tables=(_limit_table(book, limits),))


def _limit_table(book: Outlook, limits: StateLimits) -> Table:
    known: list[tuple[float, tuple[str, ...]]] = []
    silent: list[tuple[str, ...]] = []
    for name in STATE_LIMITS:
        value, bound = book.measures.value(name), float(getattr(limits, name))
        sense = "at least" if name in FLOORS else "at most"
        if value is None:
            silent.append((name, ABSENT, f"{sense} {bound:g}", ABSENT, "nothing measured"))
            continue
        state = "breached" if excess(name, value, bound) > 0.0 else "within"
        room = headroom(name, value, bound)
        known.append((room, (name, f"{value:,.2f}", f"{sense} {bound:g}", percent(room, 0), state)))
    rows = [row for _, row in sorted(known)]
    caption = "State limits, the closest first; headroom in per cent of the limit"
    return table(caption, "Limit:,Now,Bound,Headroom,State:", [*rows, *silent])


def _indicators(inputs: DailyInputs) -> Section:
    if inputs.market is None:
        return Section(title="Indicators", sentences=("Absent: no market was given.",))
    found = readings(inputs)
    rows = [(item.coin, item.name, item.role, _reading(item), item.source) for item in found if _is_read(item)]
    shown = table("What is read, what for, and from where", "Coin:,Indicator:,Role:,Reading,Source:", rows)
    missing: dict[str, list[str]] = {}
    for item in found:
        if not _is_read(item):
            missing.setdefault(f"{item.coin}, {item.source}", []).append(item.name.lstrip("· "))
    absent = tuple(f"Indicators absent for {why}: {', '.join(dict.fromkeys(names))}." for why, names in missing.items())
    return Section(title="Indicators", sentences=absent, tables=(shown,))


def readings(inputs: DailyInputs) -> tuple[Reading, ...]:
    """The market's indicators, then the book's Greeks."""
    market = () if inputs.market is None else indicators(inputs.market)
    return (*market, *(() if inputs.book is None else greeks(inputs.book.exposures)))


def _is_read(item: Reading) -> bool:
    return item.value is not None or bool(item.word)


def _reading(item: Reading) -> str:
    if item.value is None:
        return item.word
    error = "" if item.error is None else f" ± {item.error:,.2f}"
    flag = f" ({item.flag})" if item.flag else ""
    shown = price(item.value) if item.name == "Index price" else figure(item.value)
    return f"{shown}{error} {item.unit}".rstrip() + flag
