"""A live server as a recording: Prometheus, Thanos, Mimir, VictoriaMetrics, whatever answers as they do."""

from __future__ import annotations

from mixwright.recordings.recording import Recording
from mixwright.recordings.server.address import Server

__all__ = ["Server", "open_server"]


def open_server(server: Server, *, start: int | None = None, end: int | None = None) -> Recording:
    """Open a server for reading; it counts as a recording of [start, end] (ms), by default the hour until now.

    Raises `RecordingError` when it cannot be reached, or has none of the ways to give samples away.
    """
    from mixwright.recordings.server.evaluating import EvaluatingServer
    from mixwright.recordings.server.reading import ServerRecording

    kind = EvaluatingServer if server.evaluates else ServerRecording
    return kind(server, start=start, end=end)
