"""A little colour on a finished page. It adds nothing that the words do not say."""

BOLD, RED, YELLOW, RESET = "\x1b[1m", "\x1b[31m", "\x1b[33m", "\x1b[0m"
MARKS = {"  BUY ": BOLD, "  SELL ": BOLD, "  HOLD: ": BOLD, "  NOT SENT: ": RED, "  refuse ": RED, "  clip ": YELLOW}


def paint(page: str) -> str:
    """Titles and the line that says what to do in bold, refusals in red.

    >>> paint("Legs\\n  fee 1.29\\n")
    '\\x1b[1mLegs\\x1b[0m\\n  fee 1.29\\n'
    """
    return "\n".join(_line(line) for line in page.split("\n"))


def _line(line: str) -> str:
    style = BOLD if line and not line.startswith(" ") else None
    style = next((mark for start, mark in MARKS.items() if line.startswith(start)), style)
    return f"{style}{line}{RESET}" if style else line
