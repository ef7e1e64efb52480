"""What every section of `params` is: a closed model that can say itself in a sentence."""

from oracle_core.strict_json import StrictModel


class Section(StrictModel):
    """Settings of one family. `sentence` tells them to a trader; a section told elsewhere has none."""

    def sentence(self) -> str:
        return ""
