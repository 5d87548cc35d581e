"""How each VM would travel to each platform."""

from planner.route.routes import route

__all__ = ["route"]
