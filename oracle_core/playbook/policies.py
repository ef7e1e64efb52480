"""The closed list of what a strategy may ask for."""

from enum import StrEnum
from typing import TypeAlias

from oracle_core.domain.hedge import ActionKind

Policy: TypeAlias = ActionKind
"""A strategy asks for kinds of candidate. The duties (hold, breach cure, orphan and expiry unwind) need no policy."""


class Style(StrEnum):
    """How a strategy wants its orders worked."""

    MAKER = "maker"
    TAKER = "taker"
    MAKER_THEN_TAKER = "maker_then_taker"
    RFQ_TICKET = "rfq_ticket"
