"""What the tests of the simulator share: a month of real candles."""

from pathlib import Path

import numpy as np
import pytest

from oracle_core.simulation.bars import Bars

MARKER = "requirement(id): the test is the check of this row of the requirements"


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", MARKER)


@pytest.fixture(scope="session")
def real_month(reference_dir: Path) -> Bars:
    """A month of one-minute candles of the BTC perpetual."""
    path = reference_dir / "data" / "candles" / "BTC-USDT_perp_binance_1m_2025-05.parquet"
    if not path.exists():
        pytest.skip(f"the reference candles {path.name} are absent")
    pandas = pytest.importorskip("pandas")
    table = pandas.read_parquet(path)
    times = table["timestamp"].dt.tz_localize(None).to_numpy().astype("datetime64[ms]").astype(np.int64)
    prices = {name: table[name].to_numpy(dtype=np.float64, copy=True) for name in ("open", "high", "low", "close")}
    return Bars(start_ms=times, volume=table["volume"].to_numpy(dtype=np.float64, copy=True), **prices)
