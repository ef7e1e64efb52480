"""Documents as text: one renderer for each schema, in one table."""

from oracle_core.console.render.page import RENDERERS, WIDTH, Renderer, render

__all__ = ("RENDERERS", "WIDTH", "Renderer", "render")
