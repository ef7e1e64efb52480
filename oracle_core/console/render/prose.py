"""What a model wrote, its figures filled in by the desk: it cannot write one itself."""

from oracle_core.console.render.fields import Node, part, text, texts
from oracle_core.console.render.layout import sentence


def advisor_lines(document: Node, width: int) -> list[str]:
    """The model's words and reasons, marked as such; nothing for the engine."""
    advisor = part(document, "advisor")
    coded = {"reasons": "reason_codes", "suggests": "adjustments", "confidence": "confidence"}
    said = [
        f"{name}: {', '.join(found).replace('_', ' ')}" for name, key in coded.items() if (found := texts(advisor, key))
    ]
    return [line for item in (text(advisor, "said"), *said) if item for line in sentence(item, width)]
