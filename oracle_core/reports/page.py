"""A report as one HTML page that needs nothing else: no script, no address, and a policy that forbids both."""

from base64 import b64encode
from collections.abc import Sequence
from hashlib import sha256
from typing import TYPE_CHECKING

from oracle_core.reports.plain import one_line
from oracle_core.reports.section import Section

if TYPE_CHECKING:
    from jinja2 import Environment


def html_page(title: str, banner: str, under: str, sections: Sequence[Section], chart: str | None) -> str:
    """The page. Everything but the drawing and the style is escaped on its way in."""
    # Imported here: it is slow to load, and only a report needs it.
    from markupsafe import Markup  # noqa: PLC0415

    engine = _engine()
    style, _, _ = engine.loader.get_source(engine, "page.css") if engine.loader else ("", None, None)
    return engine.get_template("page.html.j2").render(
        title=title, banner=banner, under=under, sections=sections,
        style=Markup(style), style_hash=Markup(_digest(style)),  # noqa: S704 -- our own file, and its digest
        chart=None if chart is None else Markup(chart),  # noqa: S704 -- drawn here, its text escaped there
    )  # fmt: skip


def _engine() -> "Environment":
    from jinja2 import Environment, PackageLoader, StrictUndefined  # noqa: PLC0415

    engine = Environment(
        loader=PackageLoader("oracle_core.reports"), autoescape=True, undefined=StrictUndefined,
        trim_blocks=True, lstrip_blocks=True, keep_trailing_newline=True,
    )  # fmt: skip
    engine.filters["line"] = one_line
    return engine


def _digest(style: str) -> str:
    return b64encode(sha256(style.encode()).digest()).decode()
