"""Opening a base position: a straddle or strangle with its hedge, as large as the tightest budget allows."""

from dataclasses import replace

from oracle_core.domain.hedge import ActionKind, CandidateAction, Detail
from oracle_core.hedging.evaluate import UntradableError
from oracle_core.hedging.families.family import Family, Found
from oracle_core.hedging.occasions import Entry, entry
from oracle_core.hedging.package import in_parts
from oracle_core.hedging.situation import Situation
from oracle_core.hedging.sizing import structure_premium, tightest
from oracle_core.hedging.structures import Structure, fresh_structures
from oracle_core.playbook.params.establish import EstablishParams, Side
from oracle_core.playbook.persona import Objective

DAYS_A_YEAR = 365.0


def establish(case: Situation) -> Found:
    """The best structures of every coin that the strategy may open, each hedged to the target in the same action.

    The side is the strategy's; it is never against the sign of a gamma target.
    """
    params = case.strategy.params.establish or EstablishParams()
    against = _against(case, params)
    if against:
        return Found(candidates=(), left_out={"establish": against})
    candidates: list[CandidateAction] = []
    left_out: dict[str, str] = {}
    for coin in case.view.coins:
        if not case.may_open(coin):
            continue
        news = _occasion(case, coin, params)
        if not news.open:
            left_out[f"establish {coin}"] = news.text
            continue
        made, missed = _opened(case, coin, params, news)
        candidates += made
        left_out |= missed
    return Found(candidates=tuple(candidates), left_out=left_out)


def _against(case: Situation, params: EstablishParams) -> str | None:
    """Why nothing is opened at all."""
    if case.equity_usd <= 0.0:
        return f"equity {case.equity_usd:,.2f} USD: nothing is opened"
    target = case.strategy.targets.gamma_1pct_pct_equity
    if target is not None and target * params.side.sign < 0.0:
        return f"the strategy opens {params.side.value} and aims at gamma of {target:+g} % of equity: they contradict"
    return None


def _occasion(case: Situation, coin: str, params: EstablishParams) -> Entry:
    """Whether a base position may be opened in a coin now, and what makes now the time."""
    if case.strategy.targets.gamma_1pct_pct_equity is None and any(
        case.view.effective[row] for row, listed in case.view.listed(coin) if listed.is_option
    ):
        return Entry(False, "options are held already, and no gamma target says how much more is wanted", None)
    rules = case.strategy.params.events
    if rules is None:
        return Entry(True, "", None)
    if params.side is Side.SHORT:
        return Entry(False, "short convexity is not opened by a playbook of events", None)
    return entry(case, coin, rules)


def _opened(
    case: Situation, coin: str, params: EstablishParams, news: Entry
) -> tuple[list[CandidateAction], dict[str, str]]:  # fmt: skip
    found = fresh_structures(case, coin, params.shapes, params.side.sign, params.strangle_abs_delta)
    candidates: list[CandidateAction] = []
    left_out: dict[str, str] = {}
    for shape, structures in found.items():
        outlasting = [item for item in structures if news.at is None or item.expiry > news.at]
        if not outlasting:
            left_out[f"{shape.value} {coin}"] = "no expiry has both legs quoted within the strategy's days and deltas"
        for structure in outlasting[: params.most]:
            try:
                candidates.append(_sized(case, coin, structure, params, news.text))
            except UntradableError as reason:
                left_out[f"{structure.name} {coin}"] = str(reason)
    return candidates, left_out


def _sized(case: Situation, coin: str, structure: Structure, params: EstablishParams, news: str) -> CandidateAction:
    """One structure as large as its tightest budget, or the largest part of that which no limit refuses.

    Raises: UntradableError: the budget is smaller than the smallest contract, or the market cannot carry it.
    """
    side = params.side.sign
    binds = tightest(case, coin, structure, side, params)
    bound = f"{binds.name} ({binds.cap})"
    size = min(listed.grid.toward_zero(binds.units) for listed in (structure.call, structure.put))
    if not size or not all(listed.grid.holds(size) for listed in (structure.call, structure.put)):
        raise UntradableError(f"{binds.units:.4g} structures, by {bound}: smaller than the smallest contract")
    notes = tuple(note for note in (f"{structure.name}: sized by {bound}", news) if note)
    wanted = dict.fromkeys(structure.ids, size if side > 0.0 else -size)
    made = in_parts(case, ActionKind.ESTABLISH, coin, wanted, notes=notes)
    return replace(made, details=_details(case, structure, side, made))


def _details(case: Situation, structure: Structure, side: float, made: CandidateAction) -> tuple[Detail, ...]:
    size = float(next(abs(leg.contracts) for leg in made.legs if leg.id == structure.call.id))
    vol = float(case.view.table.vol[list(structure.rows)].mean())
    return (
        Detail(
            "premium paid" if side > 0.0 else "premium received", size * structure_premium(case, structure, side), "USD"
        ),
        Detail("gamma per 1 %", side * size * structure.gamma_1pct, "USD"),
        Detail("vega", side * size * structure.vega_point, "USD per point"),
        Detail("theta", side * size * structure.theta_day, "USD per day"),
        Detail("break-even daily move", 100.0 * vol / DAYS_A_YEAR**0.5, "%"),
        Detail("days left", structure.days, "days"),
    )


FAMILY = Family(
    name="establish", kinds=frozenset({ActionKind.ESTABLISH}), aim=Objective.CONVEXITY, propose=establish
)  # fmt: skip
