"""Which sections `params` of a strategy may have, and which policies read them."""

from oracle_core.playbook.params.partial import PartialParams
from oracle_core.playbook.policies import Policy
from oracle_core.strict_json import StrictModel


class Params(StrictModel):
    """Settings of the families of candidates; a section is allowed only where a policy that reads it is named."""

    partial: PartialParams | None = None


READERS: dict[str, frozenset[Policy]] = {"partial": frozenset({Policy.PARTIAL})}
"""Which policies read a section."""
