"""`python -m benchmarks [SECTION …] [--small]`: time, print, and keep the report."""

import argparse
import sys
from collections.abc import Callable, Sequence

from benchmarks import agent, backtest, engine, hedging, pricing, risk
from benchmarks.machine import described
from benchmarks.report import Section, keep, markdown

SECTIONS: dict[str, Callable[..., Section]] = {
    "engine": engine.section,
    "agent": agent.section,
    "pricing": pricing.section,
    "risk": risk.section,
    "hedging": hedging.section,
    "backtest": backtest.section,
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the sections asked for, all of them by default."""
    parser = argparse.ArgumentParser(prog="make bench", description="Time what the README promises.")
    parser.add_argument("sections", nargs="*", help=f"any of {', '.join(SECTIONS)}")
    parser.add_argument("--small", action="store_true", help="tiny sizes, to see that it runs; nothing is kept")
    asked = parser.parse_args(arguments)
    unknown = [name for name in asked.sections if name not in SECTIONS]
    if unknown:
        parser.error(f"no section `{unknown[0]}`; there are {', '.join(SECTIONS)}")
    measured_on = described()
    for name in asked.sections or SECTIONS:
        print(f"timing {name} …", file=sys.stderr)
        found = SECTIONS[name](small=asked.small)
        print(markdown(found, measured_on))
        if not asked.small:
            keep([found], measured_on)
    return 0


if __name__ == "__main__":
    sys.exit(main())
