"""The engine: every room, opened and closed in order. Filled by issue A."""


class Engine:
    """What methods call."""
