"""Pages as pictures, drawn by a headless Chromium: for a pull request, where nobody opens files."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path
from typing import Final

from mixwright.errors import MixwrightError
from mixwright.preview.result import PreviewResult

_BROWSERS: Final = (
    *("chromium-headless-shell", "chromium", "chromium-browser"),
    *("google-chrome", "google-chrome-stable", "chrome-headless-shell"),
)
_WIDTH: Final = 1600
_AT_ONCE: Final = 2
_LONGEST: Final = 120.0


def pictures(
    result: PreviewResult,
    *,
    theme: str = "dark",
    progress: Callable[[str, int, int], None] | None = None,
) -> tuple[Path, ...]:
    """Write `pictures/<page>.png` beside the pages of a preview, each as high as its page.

    Raises `MixwrightError` when there is no browser, or when it fails.
    """
    browser = find_browser()
    folder = result.index.parent / "pictures"
    folder.mkdir(exist_ok=True)
    report = progress or (lambda _what, _done, _of: None)
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        jobs = {
            pool.submit(_take, browser, page, folder / f"{page.stem}.png", height, theme): page
            for page, height in zip(result.pages, result.heights, strict=True)
        }
        for done, job in enumerate(as_completed(jobs), 1):
            job.result()
            report("pictures", done, len(jobs))
    return tuple(folder / f"{page.stem}.png" for page in result.pages)


def find_browser() -> str:
    """Return the headless Chromium of this machine."""
    found = next(filter(None, map(shutil.which, _BROWSERS)), None)
    if found is None:
        raise MixwrightError(
            "`--png` needs a Chromium, and none of "
            f"{', '.join(f'`{name}`' for name in _BROWSERS[:3])} is on the PATH; "
            "install `chromium-headless-shell`, or leave `--png` out"
        )
    return found


def _take(browser: str, page: Path, picture: Path, height: int, theme: str) -> None:
    with tempfile.TemporaryDirectory(prefix="mixwright-browser-") as profile:
        command = (
            *(browser, "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars"),
            *(f"--user-data-dir={profile}", f"--window-size={_WIDTH},{height}"),
            *("--virtual-time-budget=20000", f"--screenshot={picture}"),
            f"{page.resolve().as_uri()}?theme={theme}",
        )
        try:
            run = subprocess.run(command, capture_output=True, text=True, timeout=_LONGEST)
        except subprocess.TimeoutExpired:
            raise MixwrightError(
                f"`{browser}` did not draw `{page.name}` within {_LONGEST:g} s"
            ) from None
    if run.returncode or not picture.is_file():
        said = (run.stderr.strip().splitlines() or ["it said nothing"])[-1]
        raise MixwrightError(f"`{browser}` did not draw `{page.name}`: {said}")
