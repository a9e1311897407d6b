"""The error of a template, with the text that Prometheus puts in the label's or annotation's place."""

from __future__ import annotations

from mixwright.errors import MixwrightError


class TemplateError(MixwrightError):
    """A template that does not parse or does not execute; `str()` is Go's message."""
