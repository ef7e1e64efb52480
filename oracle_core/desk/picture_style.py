"""How every picture of the desk looks, whatever the user's own settings are."""
# The drawing library leaves its keyword arguments untyped, and every call here has some.
# pyright: reportUnknownMemberType=false

from collections.abc import Generator
from contextlib import contextmanager
from io import BytesIO
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.typing import RcKeyType

INK, QUIET, GRID = "#1f2933", "#52606d", "#e4e7eb"
BLUE, ORANGE, GREEN, GREY = "#1b5fa8", "#c4501b", "#2f7d4f", "#8a94a0"
_RULES: "dict[RcKeyType, object]" = {
    "font.family": ["DejaVu Sans"], "font.size": 9.0, "axes.edgecolor": GRID, "axes.labelcolor": QUIET,
    "xtick.color": QUIET, "ytick.color": QUIET, "text.color": INK, "axes.grid": True, "grid.color": GRID,
    "grid.linewidth": 0.6, "axes.axisbelow": True, "axes.spines.top": False, "axes.spines.right": False,
    "legend.frameon": False, "legend.fontsize": 8.0, "xtick.major.size": 0.0, "ytick.major.size": 0.0,
    "xtick.minor.size": 0.0, "lines.linewidth": 1.5, "axes.unicode_minus": True,
}  # fmt: skip


@contextmanager
def desk_style() -> Generator[None]:
    """Within it, figures have the desk's colours and sizes."""
    # Imported here: drawing is the only thing that needs it, and it is slow to load.
    import matplotlib as mpl  # noqa: PLC0415

    with mpl.rc_context():
        mpl.rcdefaults()
        mpl.rcParams.update(_RULES)
        yield


def png(figure: "Figure") -> bytes:
    """The figure's bytes; the same figure gives the same."""
    out = BytesIO()
    figure.savefig(out, format="png", dpi=110, metadata={"Software": None})
    return out.getvalue()


def finish(panel: "Axes", title: str, *, columns: int) -> None:
    """Title, legend above the panel, and numbers as the desk writes them."""
    panel.set_title(title, loc="left", fontsize=9.5, color=INK, pad=32.0)
    panel.yaxis.set_major_formatter(lambda value, _: f"{value:,.4g}".replace("-", "−"))
    panel.legend(
        loc="lower left", bbox_to_anchor=(0.0, 1.0), ncols=columns, borderaxespad=0.0, handlelength=1.4,
        columnspacing=1.2, handletextpad=0.5, labelspacing=0.3,
    )  # fmt: skip
