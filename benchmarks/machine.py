"""The machine and the versions that figures belong to."""

import os
import platform
import re
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

_LIBRARIES = ("numpy", "scipy", "numba")


def described() -> str:
    """One line: when, on what, with which versions."""
    libraries = ", ".join(f"{name} {version(name)}" for name in _LIBRARIES)
    load = os.getloadavg()[0] if hasattr(os, "getloadavg") else float("nan")
    return (
        f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC; {_processor()}, {os.cpu_count()} cores (load before the run "
        f"{load:.1f}); {platform.system()}, Python {platform.python_version()}, {libraries}."
    )


def _processor() -> str:
    details = Path("/proc/cpuinfo")
    if not details.is_file():
        return platform.processor() or platform.machine()
    text = details.read_text(encoding="utf-8")
    name = re.search(r"model name\s*:\s*(.+)", text)
    flags = set(re.findall(r"\b(avx512f|avx2)\b", text))
    widest = "AVX-512" if "avx512f" in flags else "AVX2" if "avx2" in flags else "no AVX2"
    return f"{name.group(1) if name else platform.machine()} ({widest})"
