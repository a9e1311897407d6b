"""What all tests share."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

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
