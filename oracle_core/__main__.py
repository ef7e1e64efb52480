"""`python -m oracle_core`."""

import sys

from oracle_core.console.cli import main

if __name__ == "__main__":
    sys.exit(main())
