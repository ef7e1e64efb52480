"""Record every case again, over real HTTP from the reference server: `python -m evals.record`."""

import sys
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

from vcr import VCR

from evals.case import Case, load_cases, run
from evals.manifest import CASSETTES, MANIFEST, Manifest, read_manifest, write_manifest
from evals.server import serving
from evals.tape import ASKED, configuration, pieces, register
from oracle_core.clock import system_clock


def record(case: Case, folder: Path) -> None:
    """One cassette, written to the folder."""
    vcr = VCR(**configuration(), record_mode="all")
    register(vcr)
    with TemporaryDirectory() as state, serving(case.server()) as server:
        brief = case.brief(Path(state))
        with vcr.use_cassette(str(folder / f"{case.name}.json")):
            run(brief, server.url)


def record_all(folder: Path, today: date, before: Manifest | None) -> None:
    """Every cassette and their manifest."""
    cases = load_cases()
    for case in cases:
        (folder / f"{case.name}.json").unlink(missing_ok=True)
        record(case, folder)
    forget_unused(folder)
    write_manifest(folder, cases, today, before)


def forget_unused(folder: Path) -> None:
    """Remove what no cassette of the folder asks any more."""
    used = {piece for path in folder.glob("*.json") if path.name != MANIFEST for piece in pieces(path)}
    for path in (folder / ASKED).glob("*.json"):
        if path not in used:
            path.unlink()


def main() -> None:
    before = read_manifest() if (CASSETTES / MANIFEST).is_file() else None
    record_all(CASSETTES, system_clock().date(), before)
    changed = [
        name
        for name, entry in read_manifest().cassettes.items()
        if before is None or name not in before.cassettes or before.cassettes[name].sha256 != entry.sha256
    ]
    sys.stderr.write(f"Recorded {len(load_cases())} cases; changed: {', '.join(changed) or 'none'}\n")


if __name__ == "__main__":
    main()
