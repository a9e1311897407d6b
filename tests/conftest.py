"""What all tests share."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import hypothesis
import pytest

# A change that is tested elsewhere must fail for what it does, not for the draw of that day; on a
# developer's machine every run draws anew.
hypothesis.settings.register_profile("ci", derandomize=True, deadline=None)
hypothesis.settings.register_profile("developer", deadline=None)
hypothesis.settings.load_profile("ci" if os.environ.get("CI") else "developer")

# A shell lets what it runs in the background ignore Ctrl-C, and programs that tests start inherit it.
signal.signal(signal.SIGINT, signal.default_int_handler)

REPOSITORY = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def repository() -> Path:
    return REPOSITORY


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder with other projects' tests and data, which is not part of the repository."""
    folder = Path(os.environ.get("MIXWRIGHT_SHARED", REPOSITORY.parent / "shared"))
    if not folder.is_dir():
        pytest.skip(
            f"`{folder}` is not there; set MIXWRIGHT_SHARED to test on foreign rules and recordings"
        )
    return folder


@pytest.fixture(scope="session")
def recording() -> Path:
    """The bundled recording."""
    return REPOSITORY / "recordings" / "loopback" / "metrics"
