"""Where the rules of a test file come from: the rule files that it names, and mixins."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import attrs

from mixwright.replay.rules import Group
from mixwright.rulefiles import read_rule_file
from mixwright.ruletest.cases import RuleTestFile


@attrs.frozen(kw_only=True)
class RuleSources:
    """Rule files and mixins that have been read; each is read once, however many test files name it.

    With `ignoring`, rule files may have fields that Prometheus does not know.
    """

    ignoring: bool = False
    _files: dict[Path, Sequence[Group]] = attrs.field(factory=dict, init=False)
    _mixins: dict[tuple[Path, str], Sequence[Group]] = attrs.field(factory=dict, init=False)

    def of(self, file: RuleTestFile) -> Mapping[str, Sequence[Group]]:
        """Return the groups of a test file by rule file or mixin.

        Raises `MixwrightError` for what cannot be read.
        """
        groups = {str(path): self._file(path) for path in file.rule_files}
        if file.mixins:
            groups |= self._of_mixins(file)
        return groups

    def _file(self, path: Path) -> Sequence[Group]:
        if path not in self._files:
            self._files[path] = read_rule_file(path, ignoring=self.ignoring)
        return self._files[path]

    def _of_mixins(self, file: RuleTestFile) -> Mapping[str, Sequence[Group]]:
        """Return what the mixins compile to, those of the test file's project before standard ones."""
        from mixwright.loader import find_root, load
        from mixwright.passes import compile_mixin

        root = find_root(file.path.parent)
        unread = [name for name in file.mixins if (root, name) not in self._mixins]
        for name, mixin in zip(unread, load(root, unread) if unread else (), strict=True):
            self._mixins[root, name] = compile_mixin(mixin).rules
        return {f"mixin {name}": self._mixins[root, name] for name in file.mixins}
