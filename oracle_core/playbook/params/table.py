"""Which sections `params` of a strategy may have, and which policies read them."""

from pydantic import SerializerFunctionWrapHandler, model_serializer

from oracle_core.playbook.params.carry import CarryParams
from oracle_core.playbook.params.close import CloseParams
from oracle_core.playbook.params.collar import CollarParams
from oracle_core.playbook.params.cross_hedge import CrossHedgeParams
from oracle_core.playbook.params.delta_gamma_vega import DeltaGammaVegaParams
from oracle_core.playbook.params.establish import EstablishParams
from oracle_core.playbook.params.events import EventParams
from oracle_core.playbook.params.option_wing import OptionWingParams
from oracle_core.playbook.params.pair import PairParams
from oracle_core.playbook.params.partial import PartialParams
from oracle_core.playbook.params.recentre import RecentreParams
from oracle_core.playbook.params.reduce import ReduceParams
from oracle_core.playbook.params.roll import RollParams
from oracle_core.playbook.params.section import Section
from oracle_core.playbook.params.take_profit import TakeProfitParams
from oracle_core.playbook.params.venue_spread import VenueSpreadParams
from oracle_core.playbook.policies import Policy
from oracle_core.strict_json import StrictModel


class Params(StrictModel):
    """Settings of the families of candidates; a section is allowed only where a policy that reads it is named."""

    partial: PartialParams | None = None
    delta_gamma_vega: DeltaGammaVegaParams | None = None
    option_wing: OptionWingParams | None = None
    collar: CollarParams | None = None
    establish: EstablishParams | None = None
    recentre: RecentreParams | None = None
    roll: RollParams | None = None
    take_profit: TakeProfitParams | None = None
    close: CloseParams | None = None
    reduce: ReduceParams | None = None
    events: EventParams | None = None
    carry: CarryParams | None = None
    cross_hedge: CrossHedgeParams | None = None
    venue_spread: VenueSpreadParams | None = None
    pair: PairParams | None = None

    def sentences(self) -> tuple[str, ...]:
        """What every section that is set says, in the order of the table."""
        sections: list[Section | None] = [getattr(self, name) for name in Params.model_fields]
        return tuple(found.sentence() for found in sections if found is not None)

    @model_serializer(mode="wrap")
    def _set_sections(self, handler: SerializerFunctionWrapHandler) -> dict[str, object]:
        # A section that a strategy does not have is not written: a new one changes no stored strategy, and no cycle.
        written: dict[str, object] = handler(self)
        return {name: section for name, section in written.items() if section is not None}


READERS: dict[str, frozenset[Policy]] = {
    "partial": frozenset({Policy.PARTIAL}),
    "delta_gamma_vega": frozenset({Policy.DELTA_GAMMA_VEGA}),
    "option_wing": frozenset({Policy.OPTION_WING}),
    "collar": frozenset({Policy.COLLAR}),
    "establish": frozenset({Policy.ESTABLISH}),
    "recentre": frozenset({Policy.RECENTRE}),
    "roll": frozenset({Policy.ROLL}),
    "take_profit": frozenset({Policy.TAKE_PROFIT}),
    "close": frozenset({Policy.CLOSE}),
    "reduce": frozenset({Policy.REDUCE}),
    "events": frozenset({Policy.ESTABLISH, Policy.CLOSE, Policy.REDUCE}),
    "carry": frozenset({Policy.CARRY_CLOSE}),
    "cross_hedge": frozenset({Policy.TO_TARGET, Policy.TO_EDGE}),
    "venue_spread": frozenset({Policy.VENUE_SPREAD}),
    "pair": frozenset({Policy.PAIR_OPEN, Policy.PAIR_CLOSE}),
}
"""Which policies read a section."""
