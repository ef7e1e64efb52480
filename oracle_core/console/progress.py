"""What a person at a terminal sees while a model is asked: a line when it is, and one when its reply was checked."""

import sys
from collections.abc import Callable

from oracle_core.agent.run import Event, Tell, tell_nobody


def teller(*, watched: bool | None = None) -> Tell:
    """Who tells the terminal how a decision goes on; nobody where nobody watches.

    A terminal that went away costs no decision.
    """
    if not (sys.stderr.isatty() if watched is None else watched):
        return tell_nobody
    return _telling(lambda line: print(line, file=sys.stderr, flush=True))  # noqa: T201 - talk


def _telling(say: Callable[[str], None]) -> Tell:
    asked = 0

    def tell(event: Event) -> None:
        nonlocal asked
        if event["event"] == "delta" and event["bytes"] == 0:
            asked += 1
            line = "the model is asked" if asked == 1 else f"the model is asked, {asked} calls so far"
        elif event["event"] == "checked":
            line = f"its reply was checked: {event['meaning']}"
        else:
            return
        try:
            say(line)
        except OSError:
            return

    return tell
