"""What every export may raise."""


class ExportError(Exception):
    """What was asked for cannot be written; the message says why."""
