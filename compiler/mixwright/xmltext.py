"""Texts for XML, which cannot hold every character that a label can."""

from __future__ import annotations

import re

_NOT_XML = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def xml_text(text: str) -> str:
    """Return the text with the replacement character for what XML cannot hold."""
    return _NOT_XML.sub("\ufffd", text)
