"""Oracle Core: a hedging advisor for a crypto options desk."""

from typing import Final

__version__: Final = "0.1.0"
