"""The exceptions that reach a user, each one clear line, with the exit status it deserves.

MixwrightError            exit status 2: usage, unreadable input
├── DefinitionError       a definition says something impossible; knows its file and line
├── PromQLError           text that is not PromQL, or an expression of the wrong type; knows the place in the text
├── EvaluationError       an expression that fails while it is evaluated, as it would in Prometheus
└── RecordingError        a recording, exposition or server answer that cannot be read; knows file and offset
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mixwright.promql import Expr
    from mixwright.values import Origin


class MixwrightError(Exception):
    """Anything a user can put right; `str()` is the one line to show."""

    exit_status = 2


class DefinitionError(MixwrightError):
    """A definition that cannot be meant; `origin` is where it was written."""

    def __init__(self, message: str, origin: Origin | None = None) -> None:
        self.message = message
        self.origin = origin
        super().__init__(message if origin is None else f"{origin}: {message}")


class PromQLError(MixwrightError):
    """An expression that Prometheus would refuse; `span` is a half-open range of `text`."""

    def __init__(self, message: str, text: str = "", span: tuple[int, int] | None = None) -> None:
        self.message = message
        self.text = text
        self.span = span
        super().__init__(message)

    def __str__(self) -> str:
        """Return the message, with the text and a caret under the place where that is known."""
        return self.message if self.span is None else with_caret(self.message, self.text, self.span)


def with_caret(message: str, text: str, span: tuple[int, int]) -> str:
    """Return a message with the line of `text` that it is about, and a caret under the place."""
    start, end = span
    line_start = text.rfind("\n", 0, start) + 1
    line = text[line_start:].split("\n", 1)[0]
    width = max(1, min(end - start, len(line) - (start - line_start)))
    return f"{message}\n  {line}\n  {' ' * (start - line_start)}{'^' * width}"


class EvaluationError(MixwrightError):
    """An evaluation that Prometheus would answer with an error (many-to-many matching, duplicate series, …)."""

    exit_status = 1
    place: Expr | None = None
    """The part of the expression that fails, once that is known."""


class RecordingError(MixwrightError):
    """Recorded metrics that cannot be read, or a range without any."""
