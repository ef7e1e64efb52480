"""Model outputs by the million through `check`: `python -m evals.fuzz [COUNT]`, or `make fuzz`.

A third is of the right form with every value from a list of good and evil ones, a third is that with a few signs
changed, cut or doubled, a third is bytes. None may raise, none may become an advice that does not hold.
"""

import json
import os
import sys
import time
import unicodedata
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from multiprocessing import get_context
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Final

from evals.exam import Exam
from evals.task import load_tasks
from oracle_core.agent.advice import SCALES, Adjustment, Advice, Confidence, ReasonCode, Rejection, check
from oracle_core.agent.ending import Ending
from oracle_core.agent.offer import Offer, exclude_each_other, is_offered
from oracle_core.agent.prompt import offer_of
from oracle_core.agent.prose import PLACEHOLDER
from oracle_core.domain.hedge import Status, Style

MILLION: Final = 1_000_000
PART: Final = 25_000
"""Outputs of one seed: the same whatever process makes them."""

_PROSE: Final = (
    "", "Wait.", "It costs {c1.cost_usd}.", "Take {c1.label}: {c1.legs}.", "The book: {book.net_delta}.", "12",
    "{c1.nothing}", "{c99.cost_usd}", "{{c1.cost_usd}}", "{c1.__class__}", "٣ and ½ and Ⅷ", "<b>x</b>", "[a](b)",
    "https://a.b", "www.a", "\x1b[2J", "a\u202eb", "\u2028", "\ud800", "x" * 1_499, "x" * 1_501, "executed", "Größe",
    "買い", "\x00", "no risk-free gain", "{c1.cost_usd", "}", "`", "\U0001f4a5", "a\nb", "{book.equity} {c2.kind}",
)  # fmt: skip
_IDS: Final = (
    "c1",
    "c2",
    "c3",
    "c4",
    "c5",
    "c6",
    "c99",
    "C1",
    "",
    " c1",
    "c1 ",
    "c01",
    "0",
    "null",
    "c1\u0000",
    "\uff43c1",
)
_NUMBERS: Final = (
    "1", "1.0", "0.75", "0.5", "0.25", "1e0", "0.1e1", "0", "-1", "0.3", "5", "1e308", "1e999", "-0.0", "NaN",
    "Infinity", "-Infinity", "9" * 400, "0.25000000000000001", "5e-324", '"1"', "true", "null", "[1]", "01", ".5",
)  # fmt: skip
_STYLES: Final = (*(style.value for style in Style), "iceberg", "", "TAKER")
_CODES: Final = (*(code.value for code in ReasonCode), "because", "")
_CHANGES: Final = (*(code.value for code in Adjustment), "raise_limits", "")
_LEVELS: Final = (*(level.value for level in Confidence), "certain", "")
_TRUTHS: Final = ("true", "false", "false", "false", "null", "0", '"false"')
_SIGNS: Final = '0c5"}{,:[]\\ \x00é\ud800\u202e'


@dataclass(slots=True, kw_only=True)
class Tally:
    """What came of so many outputs. `raised` and `unsound` hold the first few, to be shown."""

    count: int = 0
    accepted: int = 0
    raised: list[str] = field(default_factory=list)
    unsound: list[str] = field(default_factory=list)
    endings: Counter[str] = field(default_factory=Counter)
    nanoseconds: list[int] = field(default_factory=list)

    def add(self, other: "Tally") -> None:
        self.count += other.count
        self.accepted += other.accepted
        self.raised += other.raised[:5]
        self.unsound += other.unsound[:5]
        self.endings += other.endings
        self.nanoseconds += other.nanoseconds

    def quantile(self, share: float) -> float:
        """Milliseconds of processor time that so large a share of the checks took at most."""
        ordered = sorted(self.nanoseconds)
        return ordered[min(int(share * len(ordered)), len(ordered) - 1)] / 1e6


def offer() -> Offer:
    """What a reply may name: the bundled straddle's candidates."""
    with TemporaryDirectory() as state:
        task = next(item for item in load_tasks() if item.name == "straddle")
        paper = Exam(Path(state)).paper(task, "balanced")
    candidates = paper.engine.candidates
    labels = [item.label for item in candidates if is_offered(item)]
    return offer_of(candidates, labels, paper.asked.facts)


def well_formed(lot: Random) -> str:
    """Of the right form; each value is good more often than not."""
    choices = [
        f'{{"id":{_text(lot, _IDS, 4)},"scale":{_raw(lot, _NUMBERS, 6)},"style":{_text(lot, _STYLES, 3)}}}'
        for _ in range(lot.choice((0, 1, 1, 1, 1, 2, 3)))
    ]
    codes = ",".join(_text(lot, _CODES, len(ReasonCode)) for _ in range(lot.randrange(4)))
    changes = ",".join(_text(lot, _CHANGES, len(Adjustment)) for _ in range(lot.choice((0, 0, 1, 2))))
    pairs = [
        f'"choices":[{",".join(choices)}]', f'"reason_codes":[{codes}]', f'"adjustments":[{changes}]',
        f'"prose":{_text(lot, _PROSE, 5)}', f'"confidence":{_text(lot, _LEVELS, 3)}',
        f'"abstain":{lot.choice(_TRUTHS)}',
    ]  # fmt: skip
    if lot.random() < 0.1:
        pairs.append(lot.choice(('"approve":true', '"abstain":false', '"order":{"size":1e9}')))
    if lot.random() < 0.05:
        pairs.pop(lot.randrange(len(pairs)))
    lot.shuffle(pairs)
    return "{" + ",".join(pairs) + "}"


def mutated(lot: Random) -> str:
    """Of the right form, then with a few signs changed, cut out, doubled or put elsewhere."""
    text = well_formed(lot)
    for _ in range(lot.randrange(1, 5)):
        at = lot.randrange(len(text)) if text else 0
        match lot.randrange(4):
            case 0:
                text = text[:at] + lot.choice(_SIGNS) + text[at + 1 :]
            case 1:
                text = text[:at]
            case 2:
                text = text[:at] + text[at : at + lot.randrange(40)] * 2 + text[at:]
            case _:
                text = text[at:] + text[:at]
    return text


def raw(lot: Random) -> bytes:
    """Bytes: by lot, or signs of JSON by lot."""
    size = int(lot.paretovariate(0.7)) % 3_000
    if lot.random() < 0.5:
        return lot.randbytes(size)
    return bytes(lot.choices(b'{}[]":,0123456789.eE+-truefalsn \\u\xff\x00', k=size))


KINDS: Final[tuple[Callable[[Random], str | bytes], ...]] = (well_formed, mutated, raw)


def put(seed: int, count: int, there: Offer) -> Tally:
    """So many outputs of a seed, checked."""
    lot, tally = Random(seed), Tally(count=count)
    for number in range(count):
        given = KINDS[number % len(KINDS)](lot)
        start = time.thread_time_ns()
        try:
            found = check(given, there)
        except Exception as error:  # noqa: BLE001 - that nothing is raised is what is counted
            tally.raised.append(f"{type(error).__name__}: {given!r:.200}")
            continue
        tally.nanoseconds.append(time.thread_time_ns() - start)
        wrong = unsound(found, there)
        if wrong:
            tally.unsound.append(f"{wrong}: {given!r:.200}")
        tally.accepted += isinstance(found, Advice)
        tally.endings[found.ending.value if isinstance(found, Rejection) else Ending.OK.value] += 1
    return tally


def unsound(found: Advice | Rejection, there: Offer) -> str | None:
    """What is wrong with an answer of `check`, judged by other code than its own."""
    advice = found.kept if isinstance(found, Rejection) else found
    if advice is None:
        return None
    by_id = {item.id: item for item in there.candidates.values()}
    if any(pick.id not in by_id or by_id[pick.id].status is Status.REFUSED for pick in advice.picks):
        return "a pick that is not on offer"
    if any(pick.scale not in SCALES or pick.style not in set(Style) for pick in advice.picks):
        return "a share or style of its own"
    chosen = [by_id[pick.id] for pick in advice.picks]
    if any(exclude_each_other(one, other) for place, one in enumerate(chosen) for other in chosen[place + 1 :]):
        return "two answers to one exposure"
    if not advice.picks and not advice.abstained:
        return "nothing chosen and no abstention"
    return _unsound_prose(advice.prose or "", there)


def _unsound_prose(prose: str, there: Offer) -> str | None:
    if not set(PLACEHOLDER.findall(prose)) <= there.figures:
        return "a figure that nothing fills"
    rest = PLACEHOLDER.sub("", prose)
    seen = {unicodedata.category(char) for char in rest if char != "\n"}
    return "a digit, markup or a hidden sign" if seen & {"Nd", "Nl", "No", "Cc", "Cf", "Cs"} or "<" in rest else None


def _text(lot: Random, values: tuple[str, ...], good: int) -> str:
    return json.dumps(_one(lot, values, good), ensure_ascii=lot.random() < 0.5)


def _raw(lot: Random, values: tuple[str, ...], good: int) -> str:
    return _one(lot, values, good)


def _one(lot: Random, values: tuple[str, ...], good: int) -> str:
    """One of the first `good` values, nine times in ten."""
    return lot.choice(values[:good] if lot.random() < 0.9 else values)


def run(count: int, processes: int) -> Tally:
    """So many outputs, over so many processes; the same outputs whatever their number."""
    there, whole = offer(), Tally()
    parts = [(seed, min(PART, count - seed * PART)) for seed in range(-(-count // PART))]
    with ProcessPoolExecutor(processes, mp_context=get_context("fork")) as pool:
        for done in pool.map(put, *zip(*parts, strict=True), [there] * len(parts)):
            whole.add(done)
            sys.stderr.write(f"\r{whole.count:,} of {count:,}")
    sys.stderr.write("\n")
    return whole


def main() -> int:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else MILLION
    start = time.perf_counter()
    found = run(count, os.cpu_count() or 1)
    held = not found.raised and not found.unsound and found.quantile(0.99) < 2.0
    print(f"outputs           {found.count:,}: well formed, mutated and bytes by thirds")
    print(f"exceptions        {len(found.raised)}")
    print(f"invalid advice    {len(found.unsound)}")
    print(f"accepted          {found.accepted:,}")
    print(
        f"check, ms         p50 {found.quantile(0.5):.4f}  p99 {found.quantile(0.99):.4f}  max {found.quantile(1):.3f}"
    )
    print(f"endings           {', '.join(f'{name} {number:,}' for name, number in found.endings.most_common())}")
    print(f"seconds           {time.perf_counter() - start:.0f} on {os.cpu_count()} processors")
    for line in (*found.raised, *found.unsound):
        print(f"FAILED  {line}")
    print("held" if held else "did not hold: 0 exceptions, 0 invalid advice and p99 below 2 ms are wanted")
    return 0 if held else 1


if __name__ == "__main__":
    sys.exit(main())
