"""What a recommendation leaves open, from the outlooks before and after it: the engine's numbers, no model's words."""

from collections.abc import Iterable

from oracle_core.domain.exposure import Exposure, Outlook, StressCell
from oracle_core.domain.residual import ResidualRisk, RiskKind

MOVE_PCT = 10.0
"""The ordinary bad day that is shown beside the worst cell, in per cent."""


def residual_risks(before: Outlook, after: Outlook, *, sent: bool, waiting: bool) -> tuple[ResidualRisk, ...]:
    """The worst cell, an ordinary bad day, convexity, what is unknown, and what doing nothing would risk.

    Never empty, and its first always has a number. `sent` says whether any order goes out; `waiting` whether doing
    nothing was an alternative.
    """
    return (
        _cell(RiskKind.WORST_STRESS, after.worst, after.equity_usd),
        *_moves(after),
        *(_convexity(item) for item in after.exposures if item.gamma_1pct_usd),
        *(_unchanged(before, after) if sent else ()),
        *(ResidualRisk(kind=RiskKind.UNKNOWN, value=None, why=why) for why in after.measures.unknown),
        *((_cell(RiskKind.WAITING, before.worst, before.equity_usd),) if waiting else ()),
    )


def _cell(kind: RiskKind, cell: StressCell, equity_usd: float) -> ResidualRisk:
    return ResidualRisk(
        kind=kind, value=cell.pnl_usd, spot_pct=cell.spot_pct, vol_factor=cell.vol_factor,
        equity_pct=100.0 * cell.pnl_usd / equity_usd if equity_usd > 0.0 else None,
    )  # fmt: skip


def _moves(after: Outlook) -> Iterable[ResidualRisk]:
    for kind, spot in ((RiskKind.FALL, -MOVE_PCT), (RiskKind.RISE, MOVE_PCT)):
        for cell in after.stress:
            if (cell.spot_pct, cell.vol_factor) == (spot, 1.0):
                yield _cell(kind, cell, after.equity_usd)


def _convexity(item: Exposure) -> ResidualRisk:
    kind = RiskKind.SHORT_GAMMA if item.gamma_1pct_usd < 0.0 else RiskKind.LONG_GAMMA
    return ResidualRisk(kind=kind, value=item.gamma_1pct_usd, coin=item.coin, theta_usd_per_day=item.theta_usd_per_day)


def _unchanged(before: Outlook, after: Outlook) -> tuple[ResidualRisk, ...]:
    """One risk where the hedge leaves the gamma of every coin as it was."""
    will = {item.coin: item.gamma_1pct_usd for item in after.exposures}
    if any(will.get(item.coin) != item.gamma_1pct_usd for item in before.exposures):
        return ()
    return (ResidualRisk(kind=RiskKind.SAME_GAMMA, value=sum(will.values())),)
