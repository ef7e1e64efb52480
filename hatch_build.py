"""Puts the files a desk edits into the wheel, so that `oracle` works outside the checkout too."""

from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

FOLDERS = ("strategies", "personas", "examples")


class ShippedData(BuildHookInterface):
    """Copies the top-level data folders to `oracle_core/_data`; an editable install reads the checkout itself."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if version == "editable":
            return
        for folder in FOLDERS:
            build_data["force_include"][f"{self.root}/{folder}"] = f"oracle_core/_data/{folder}"
