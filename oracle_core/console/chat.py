"""later"""


def chat(given: dict[str, object], state: object) -> None: ...
