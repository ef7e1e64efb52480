"""Record every conversation again, over real HTTP from the reference server: `python -m evals.record`.

What changed in the prompts is shown first. A score that got worse is told, and is kept only with a reason.
"""

import argparse
import json
import shutil
import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

from evals.case import Case, load_cases, run
from evals.drift import drift
from evals.exam import Exam
from evals.history import append, entry, failures, read_history, scored
from evals.manifest import CASSETTES, MANIFEST, Manifest, Taped, read_manifest, write_manifest
from evals.play import PREFIX, every_trial, record_subject, recorder, replay_all
from evals.server import serving
from evals.subjects import STAND_INS
from evals.tape import ASKED, pieces
from oracle_core.clock import system_clock
from oracle_core.errors import InputError


def record(case: Case, folder: Path) -> None:
    """One case's cassette, written to the folder."""
    with TemporaryDirectory() as state, serving(case.server()) as server:
        brief = case.brief(Path(state))
        with recorder("all").use_cassette(str(folder / f"{case.name}.json")):
            run(brief, server.url)


def record_all(folder: Path, today: date, before: Manifest | None) -> Manifest:
    """Every cassette and their manifest, into a folder that has none."""
    cases = load_cases()
    for case in cases:
        record(case, folder)
    with TemporaryDirectory() as state:
        exam, put = Exam(Path(state)), every_trial()
        for name in STAND_INS:
            record_subject(exam, name, folder, put)
    taped = [Taped(name=case.name, chooser=case.chooser, fault=case.fault) for case in cases]
    taped += [Taped(name=f"{PREFIX}{name}", chooser=name, answers=len(every_trial())) for name in STAND_INS]
    forget_unused(folder)
    return write_manifest(folder, taped, today, before)


def forget_unused(folder: Path) -> None:
    """Remove what no cassette of the folder asks any more."""
    used = {piece for path in folder.glob("*.json") if path.name != MANIFEST for piece in pieces(path)}
    for path in (folder / ASKED).glob("*.json"):
        if path not in used:
            path.unlink()


def replace_cassettes(new: Path, old: Path = CASSETTES) -> None:
    """Put the cassettes just recorded where the old ones were; live ones stay as they are."""
    shutil.rmtree(old / ASKED, ignore_errors=True)
    for path in old.glob("*.json"):
        path.unlink()
    shutil.copytree(new, old, dirs_exist_ok=True)


def keep_scores(today: date, why: str | None) -> list[str]:
    """Score what was recorded and keep it; returns what is worse, which is not kept without a reason."""
    with TemporaryDirectory() as state:
        found = scored(replay_all(Path(state)))
    past = read_history()
    wrong = failures(found, past)
    line = entry(found, today.isoformat(), why)
    if (not wrong or why) and (not past or past[-1].scores != line.scores):
        append(line)
    return [] if why else wrong


def main(arguments: Sequence[str] | None = None) -> int:
    asked = _parser().parse_args(arguments)
    before = _known()
    with TemporaryDirectory() as made:
        after = record_all(Path(made), system_clock().date(), before)
        sys.stderr.writelines(f"{line}\n" for line in drift(CASSETTES, Path(made)))
        known = {} if before is None else {name: item.sha256 for name, item in before.cassettes.items()}
        changed = [name for name, item in after.cassettes.items() if known.get(name) != item.sha256]
        sys.stderr.write(f"{len(after.cassettes)} cassettes; changed: {', '.join(changed) or 'none'}\n")
        if asked.check:
            return _told(asked, changed, [])
        replace_cassettes(Path(made))
    worse = keep_scores(system_clock().date(), asked.accept)
    sys.stderr.writelines(f"worse: {line}\n" for line in worse)
    if worse:
        sys.stderr.write("hint: mend it, or keep the new figures with --accept 'why they may be worse'\n")
    return _told(asked, changed, worse)


def _told(asked: argparse.Namespace, changed: list[str], worse: list[str]) -> int:
    """The outcome, for a program where one asks; ends with 1 when something is not as it should be."""
    wrong = bool(worse) or (asked.check and bool(changed))
    if asked.format == "json":
        found = {"schema": "oracle.eval-record/1", "ok": not wrong, "changed": changed, "worse": worse}
        print(json.dumps(found, indent=2))
    return int(wrong)


def _known() -> Manifest | None:
    """The manifest there is; one that cannot be read, after a merge perhaps, is none."""
    try:
        return read_manifest()
    except InputError:
        return None


def _parser() -> argparse.ArgumentParser:
    made = argparse.ArgumentParser(prog="python -m evals.record", description="Record every conversation again.")
    made.add_argument("--check", action="store_true", help="only show what would change; ends with 1 when it would")
    made.add_argument("--accept", metavar="WHY", help="keep scores that got worse, with the reason")
    made.add_argument("--format", choices=("text", "json"), default="text")
    return made


if __name__ == "__main__":
    sys.exit(main())
