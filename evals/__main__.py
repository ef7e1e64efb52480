"""`python -m evals run|record|report`: what `oracle eval` runs in a checkout."""

import argparse
import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from vcr.errors import CannotOverwriteExistingCassetteException

from evals import record, scorecard
from evals.exam import Exam
from evals.history import Scored, failures, read_history, scored
from evals.live import Endpoint, live_folders, put_live, replay_live
from evals.play import LeftOverError, every_trial, replay_all
from evals.scores.score import Sat
from oracle_core.agent.advisor import DEFAULT_BASE_URL
from oracle_core.agent.budget import Price
from oracle_core.clock import system_clock
from oracle_core.errors import InputError, fault

NOT_HELD = 2
"""What a run ends with whose card does not pass its gate."""


def run(asked: argparse.Namespace, state: Path) -> int:
    """Score everything that is kept, and a live model when one is asked for; print the card."""
    sats = list(replay_all(state))
    if asked.live:
        sats.append(_live(asked, state))
    return _print(asked, sats)


def _live(asked: argparse.Namespace, state: Path) -> Sat:
    there = endpoint(asked)
    sat, folder = put_live(Exam(state), there, every_trial(), asked.budget, system_clock())
    if there.price is None:
        sys.stderr.write("no price was given: the budget was kept at a high one, and the card has no cost\n")
    written = scorecard.write(folder, [*replay_all(state), sat], read_history())
    sys.stderr.writelines(f"wrote {path}\n" for path in written)
    return sat


def endpoint(asked: argparse.Namespace) -> Endpoint:
    """The model that options and environment describe.

    Raises: InputError: no key and no address.
    """
    key, url = os.environ.get("OPENAI_API_KEY") or None, os.environ.get("OPENAI_BASE_URL") or None
    if key is None and url is None:
        raise InputError([fault("environment", "OPENAI_API_KEY", "", "a key (or OPENAI_BASE_URL of a server)")])
    prices = (asked.prompt_price, asked.reply_price)
    price = None if None in prices else Price(prompt_usd=prices[0], reply_usd=prices[1])
    return Endpoint(
        model=asked.model,
        url=url or DEFAULT_BASE_URL,
        key=key,
        price=price,
        temperature=None if asked.no_temperature else 0.0,
    )


def report(asked: argparse.Namespace, state: Path) -> int:
    """Write the card three ways, with every live run that still answers today's questions."""
    sats = [*replay_all(state), *_kept_live(state)]
    written = scorecard.write(asked.folder, sats, read_history())
    sys.stderr.writelines(f"wrote {path}\n" for path in written)
    return _print(asked, sats)


def _kept_live(state: Path) -> list[Sat]:
    exam, found = Exam(state), []
    for folder in live_folders():
        try:
            sat = replay_live(exam, folder, every_trial())
        except (CannotOverwriteExistingCassetteException, LeftOverError):
            sat = None
        if sat is None:
            sys.stderr.write(f"left out {folder.name}: it was asked something else than is asked today\n")
        else:
            found.append(sat)
    return found


def _print(asked: argparse.Namespace, sats: Sequence[Sat]) -> int:
    past = read_history()
    figures: Scored = scored(sats)
    if asked.format == "json":
        card = scorecard.document(sats, past, figures)
        print(json.dumps(card, indent=2, sort_keys=True, allow_nan=False))
    else:
        for line in scorecard.lines(sats, past, figures):
            print(line)
    return NOT_HELD if failures(figures, past) else 0


def main(arguments: Sequence[str] | None = None) -> int:
    given = list(sys.argv[1:] if arguments is None else arguments)
    if given[:1] == ["record"]:
        return NOT_HELD if record.main(given[1:]) else 0
    asked = _parser().parse_args(given)
    try:
        with TemporaryDirectory() as state:
            return run(asked, Path(state)) if asked.what == "run" else report(asked, Path(state))
    except InputError as error:
        sys.stderr.writelines(f"error: {found}\n" for found in error.faults)
        return NOT_HELD


def _parser() -> argparse.ArgumentParser:
    made = argparse.ArgumentParser(prog="python -m evals", description="Score whoever answers beside the engine.")
    what = made.add_subparsers(dest="what", required=True)
    ran = what.add_parser("run", help="score what is kept, and with --live a model")
    ran.add_argument("--live", action="store_true", help="ask a real model, with the key of the environment")
    ran.add_argument("--budget", type=float, default=2.0, metavar="USD", help="the most a live run may spend")
    ran.add_argument("--model", default="gpt-4o-mini", help="the live model's name")
    ran.add_argument("--prompt-price", type=float, metavar="USD", help="per million tokens")
    ran.add_argument("--reply-price", type=float, metavar="USD", help="per million tokens")
    ran.add_argument("--no-temperature", action="store_true", help="some models refuse one")
    told = what.add_parser("report", help="write the scorecard as Markdown, HTML and JSON")
    told.add_argument("--folder", type=Path, default=Path("evals/report"), metavar="DIR")
    what.add_parser("record", help="record every conversation again")
    for part in (ran, told):
        part.add_argument("--format", choices=("text", "json"), default="text")
    return made


if __name__ == "__main__":
    sys.exit(main())
