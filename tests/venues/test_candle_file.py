"""Candles and funding are read whole, or refused with their first faults."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from oracle_core.errors import InputError
from oracle_core.venues.candle_file import read_candles, read_funding

HEADER = "timestamp,open,high,low,close,volume\n"
START = 1_767_225_600_000


def bars(folder: Path, *lines: str, header: str = HEADER) -> Path:
    path = folder / "bars.csv"
    path.write_text(header + "".join(f"{line}\n" for line in lines))
    return path


def test_iso_times_and_epoch_milliseconds_are_the_same_bars(tmp_path: Path) -> None:
    iso = read_candles(bars(tmp_path, "2026-01-01T00:00:00Z,1,2,1,2,5", "2026-01-01 01:00:00,2,2,1,1,0"))
    epoch = read_candles(bars(tmp_path, f"{START},1,2,1,2,5", f"{START + 3_600_000},2,2,1,1,0"))
    assert iso.times.tolist() == epoch.times.tolist() == [START, START + 3_600_000]
    assert (iso.close.tolist(), iso.volume.tolist(), iso.step) == ([2.0, 1.0], [5.0, 0.0], timedelta(hours=1))


def test_a_gap_is_reported_and_not_filled(tmp_path: Path) -> None:
    hours = [0, 1, 2, 5, 6]
    found = read_candles(bars(tmp_path, *(f"{START + hour * 3_600_000},1,1,1,1,1" for hour in hours)))
    (gap,) = found.gaps
    assert (gap.after.hour, gap.before.hour, gap.missing, len(found.close)) == (2, 5, 2, 5)


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        (["x,1,1,1,1,1"], "line 2, timestamp: `x` — expected a UTC time, ISO 8601 or epoch milliseconds"),
        (["1767225600,1,1,1,1,1"], "timestamp: `1767225600` — expected epoch milliseconds; these look like seconds"),
        ([f"{START},1,1,1,1,1", f"{START},1,1,1,1,1"], "line 3, timestamp: .* expected a time after the row before"),
        ([f"{START},1,nan,1,1,1"], "line 2, high: `nan` — expected a finite number"),
        ([f"{START},1,1e999,1,1,1"], "line 2, high: `inf` — expected a finite number"),
        ([f"{START},,1,1,1,1"], "line 2, open: `nan` — expected a finite number"),
        ([f"{START},1,1,0,1,1"], "low: `0.0` — expected a price above 0"),
        ([f"{START},2,1,1,1,1"], "high: `1.0` — expected the highest price of its bar"),
        ([f"{START},1,2,2,2,1"], "low: `2.0` — expected the lowest price of its bar"),
        ([f"{START},1,1,1,1,-1"], "volume: `-1.0` — expected a volume of 0 or more"),
        ([f"{START},1,1,1"], "line 2: `4 cells` — expected 6 cells"),
        (["99999999999999999999,1,1,1,1,1"], "line 2, timestamp: `9+` — expected a UTC time"),
        (["0001-01-01T00:00:00+05:00,1,1,1,1,1"], "line 2, timestamp: .* expected a UTC time"),
        ([f"{START},1,1,1,1," + "1" * 200_000], "line [12]: .* expected a line of CSV"),
        ([], "`no rows` — expected at least one row"),
    ],
)
def test_a_faulty_bar_names_line_column_value_and_expectation(tmp_path: Path, lines: list[str], message: str) -> None:
    with pytest.raises(InputError, match=message):
        read_candles(bars(tmp_path, *lines))


def test_a_missing_column_is_named_with_those_that_are_required(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="volume: `absent` — expected a column; `timestamp`, `open`"):
        read_candles(bars(tmp_path, header="timestamp,open,high,low,close\n"))


def test_the_first_twenty_faults_are_listed_and_the_rest_counted(tmp_path: Path) -> None:
    with pytest.raises(InputError) as refused:
        read_candles(bars(tmp_path, *(f"{START + n},1,nan,1,1,1" for n in range(50))))
    assert len(refused.value.faults) == 21
    assert refused.value.faults[-1].value == "30 more faults"


def test_an_unreadable_table_is_a_fault_that_names_it(tmp_path: Path) -> None:
    broken = tmp_path / "broken.parquet"
    broken.write_bytes(b"PAR1 no")
    for path in (broken, tmp_path / "absent.csv", tmp_path / "absent.parquet"):
        with pytest.raises(InputError, match=path.name):
            read_candles(path)


def test_every_reference_series_reads_and_its_known_outage_is_reported(reference_dir: Path) -> None:
    candles = [read_candles(path) for path in sorted((reference_dir / "data/candles").glob("*.parquet"))]
    funding = [read_funding(path) for path in sorted((reference_dir / "data/funding").glob("*.parquet"))]
    assert len(candles) == 20
    assert len(funding) == 7
    april = next(found for found in candles if "BTC-USDT_spot_binance_1m_2021-04" in found.source)
    assert [(gap.after, gap.missing) for gap in april.gaps] == [(datetime(2021, 4, 25, 4, tzinfo=UTC), 284)]
    assert all(found.step in (timedelta(hours=8), timedelta(hours=1)) for found in funding)
