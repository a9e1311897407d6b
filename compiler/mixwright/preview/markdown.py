"""A small, safe part of Markdown: headings, lists, code, emphasis and links; everything else is escaped.

No text of a definition becomes markup by itself: the input is escaped first, the marks that are
known are turned into tags afterwards.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator

_LINK = re.compile(r"\[([^\]]+)\]\((https?://[^\s()]+|#[\w-]*|[\w./-]+\.html[^\s()]*)\)")
_CODE = re.compile(r"`([^`]+)`")
_BOLD = re.compile(r"\*\*(\S(?:.*?\S)?)\*\*")
_ITALIC = re.compile(r"(?<![\w*])[*_](\S(?:[^*_]*\S)?)[*_](?![\w*])")
_HEADING = re.compile(r"(#{1,6})\s+(.*)")
_ITEM = re.compile(r"(?:([-*+])|\d+[.)])\s+(.*)")


def to_html(text: str) -> str:
    """Return Markdown as HTML."""
    return "\n".join(_blocks(text.strip().splitlines()))


def _blocks(rows: list[str]) -> Iterator[str]:
    place = 0
    while place < len(rows):
        row = rows[place].strip()
        place += 1
        if not row:
            continue
        if row.startswith("```"):
            end = next((n for n in range(place, len(rows)) if rows[n].strip() == "```"), len(rows))
            yield f"<pre><code>{html.escape(chr(10).join(rows[place:end]))}</code></pre>"
            place = end + 1
        elif heading := _HEADING.fullmatch(row):
            level = len(heading[1])
            yield f"<h{level}>{_inline(heading[2])}</h{level}>"
        elif item := _ITEM.fullmatch(row):
            tag, items = ("ul" if item[1] else "ol"), [item[2]]
            while place < len(rows) and (more := _ITEM.fullmatch(rows[place].strip())):
                items.append(more[2])
                place += 1
            yield f"<{tag}>{''.join(f'<li>{_inline(text)}</li>' for text in items)}</{tag}>"
        else:
            prose = [row]
            while place < len(rows) and _continues(rows[place].strip()):
                prose.append(rows[place].strip())
                place += 1
            yield f"<p>{_inline(' '.join(prose))}</p>"


def _continues(row: str) -> bool:
    return bool(row) and not (
        row.startswith("```") or _HEADING.fullmatch(row) or _ITEM.fullmatch(row)
    )


def _inline(text: str) -> str:
    """Mark up one line; finished tags are set aside, so that later marks cannot change them."""
    tags: list[str] = []

    def aside(tag: str) -> str:
        tags.append(tag)
        return f"\0{len(tags) - 1}\0"

    def link(match: re.Match[str]) -> str:
        start = aside(f'<a href="{match[2]}" rel="noopener">')
        return start + match[1] + aside("</a>")

    marked = html.escape(text.replace("\0", ""))
    marked = _CODE.sub(lambda match: aside(f"<code>{match[1]}</code>"), marked)
    marked = _LINK.sub(link, marked)
    marked = _BOLD.sub(r"<strong>\1</strong>", marked)
    marked = _ITALIC.sub(r"<em>\1</em>", marked)
    return re.sub("\0(\\d+)\0", lambda match: tags[int(match[1])], marked)
