"""Fixes that are certain: a matcher replaced by one that selects the same series."""

from __future__ import annotations

import re

import attrs

from mixwright.promql import Expr, Selector, rewrite
from mixwright.values import Matcher, quote, quote_name


@attrs.frozen
class Fix:
    """A matcher and what says the same; without `new` it is left out."""

    old: Matcher
    new: Matcher | None

    def __str__(self) -> str:
        return f"drop `{self.old}`" if self.new is None else f"`{self.old}` → `{self.new}`"

    def applied(self, expr: Expr) -> Expr:
        """Return the tree with the matcher replaced wherever it stands."""

        def replace(node: Expr) -> Expr:
            if not isinstance(node, Selector) or self.old not in node.matchers:
                return node
            new = () if self.new is None else (self.new,)
            kept = [new if matcher == self.old else (matcher,) for matcher in node.matchers]
            return attrs.evolve(node, matchers=tuple(m for part in kept for m in part))

        return rewrite(expr, replace)

    def edited(self, text: str) -> str:
        """Return a piece of a rule file with the matcher replaced, as far as it is found there."""
        value = quote(self.old.value)
        spellings = {value, f"'{value[1:-1]}'", f"`{self.old.value}`"}
        # The same inside a YAML text in double quotes.
        spellings |= {s.replace("\\", "\\\\").replace('"', '\\"') for s in spellings}
        either = "|".join(re.escape(s) for s in sorted(spellings, key=len, reverse=True))
        name = re.escape(quote_name(self.old.name))
        found = rf"(?<![\w:.]){name}\s*{re.escape(self.old.op.value)}\s*({either})"
        if self.new is None:
            return re.sub(rf"{found}\s*,\s*|,\s*{found}|{found}", "", text)
        new = self.new

        def replacement(match: re.Match[str]) -> str:
            spelled = match[1]
            marks = (spelled[:2], spelled[-2:]) if spelled.startswith("\\") else (spelled[0],) * 2
            inside = quote(new.value)[1:-1]
            if marks[0] == "`":
                inside = new.value
            elif marks[0] == '\\"':
                inside = inside.replace("\\", "\\\\")
            return f"{quote_name(new.name)}{new.op.value}{marks[0]}{inside}{marks[1]}"

        return re.sub(found, replacement, text)
