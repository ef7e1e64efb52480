"""The closed list of what a strategy may ask for."""

from enum import StrEnum


class Policy(StrEnum):
    """A kind of candidate. The duties (hold, breach cure, orphan and expiry unwind) need no policy."""

    HOLD = "hold"
    TO_TARGET = "to_target"
    TO_EDGE = "to_edge"
    PARTIAL = "partial"
    OPTION_GAMMA = "option_gamma"
    OPTION_VEGA = "option_vega"
    DELTA_GAMMA_VEGA = "delta_gamma_vega"
    OPTION_WING = "option_wing"
    COLLAR = "collar"
    ESTABLISH = "establish"
    RECENTRE = "recentre"
    ROLL = "roll"
    TAKE_PROFIT = "take_profit"
    CLOSE = "close"
    FUNDING_ROTATE = "funding_rotate"
    CARRY_OPEN = "carry_open"
    CARRY_CLOSE = "carry_close"
    PAIR_OPEN = "pair_open"
    PAIR_CLOSE = "pair_close"
    VENUE_SPREAD = "venue_spread"
    DELEVERAGE = "deleverage"
    CUT_LEG = "cut_leg"
    TRANSFER_COLLATERAL = "transfer_collateral"
    PAUSE = "pause"
    REDUCE = "reduce"


class Style(StrEnum):
    """How a strategy wants its orders worked."""

    MAKER = "maker"
    TAKER = "taker"
    MAKER_THEN_TAKER = "maker_then_taker"
    RFQ_TICKET = "rfq_ticket"
