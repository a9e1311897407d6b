"""Previews in a headless Chromium."""

from __future__ import annotations

import html
import re
import shutil
import subprocess
from collections.abc import Collection, Iterable
from functools import cache

import pytest

from mixwright.preview import PreviewResult

BROWSER = shutil.which("chromium-headless-shell") or shutil.which("chromium")
NEEDED = pytest.mark.skipif(BROWSER is None, reason="no headless Chromium is installed")


@cache
def opened(address: str) -> str:
    """Return the page's elements after its scripts have run."""
    flags = (
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--window-size=1500,2200",
        "--virtual-time-budget=20000",
    )
    run = subprocess.run(
        [str(BROWSER), *flags, "--dump-dom", address],
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    return run.stdout


def address(preview: PreviewResult, page: str) -> str:
    file, _, fragment = page.partition("#")
    return (preview.index.parent / file).as_uri() + (f"#{fragment}" if fragment else "")


def page_of(link: str) -> str:
    return link.partition("#")[0]


def drill_downs(dom: str) -> set[str]:
    return {
        html.unescape(href)
        for href in re.findall(
            r'<a [^>]*data-address[^>]*href="([^"]+)"|<a [^>]*href="([^"]+)"[^>]*data-address', dom
        )
        for href in href
        if href
    }


def assert_drawn(dom: str) -> None:
    assert "data-error" not in dom, re.search(r'data-error="([^"]*)"', dom)
    assert 'data-ready="true"' in dom
    assert 'data-drawn="empty"' not in dom
    assert dom.count('data-drawn="data"') > 0


def walk(preview: PreviewResult, roots: Iterable[str], may_be_empty: Collection[str] = ()) -> None:
    """Click down from the roots, and check that every page is reached, one link to each, and drawn."""
    waiting = set(roots)
    seen: set[str] = set()
    while waiting - seen:
        page = min(waiting - seen)
        dom = opened(address(preview, page))
        if page_of(page) in may_be_empty:
            assert "data-error" not in dom
        else:
            assert_drawn(dom)
        assert "Not drawn in this preview" not in dom
        seen.add(page)
        below = {link for link in drill_downs(dom) if page_of(link) not in map(page_of, waiting)}
        # Other links to the same page differ in their variables only.
        waiting |= set({page_of(link): link for link in sorted(below)}.values())
    assert {page_of(page) for page in seen} == {path.name for path in preview.pages}
