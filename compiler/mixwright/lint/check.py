"""A check: one file with a page, examples and a function from a thing in its place to findings."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Generic, Literal, TypeAlias, TypeVar

import attrs

from mixwright.dashboardfiles import DashboardFile, Edit, Parsed, RenderedPanel, RenderedQuery
from mixwright.lint.bundle import Bundle
from mixwright.lint.facts import Facts
from mixwright.lint.fix import Fix
from mixwright.lint.profile import Profile
from mixwright.lint.project import Project
from mixwright.lint.things import Allowed, AnyGroup, AnyMixin, AnyRule
from mixwright.model import Alert, Dashboard, Mixin, Panel, Row
from mixwright.promql import Expr, unparse_with_spans
from mixwright.promql.labelflow import LabelFlow, flow
from mixwright.promql.unparse import Spanned
from mixwright.rulefiles import ForeignAlert
from mixwright.values import Origin

Severity: TypeAlias = Literal["error", "warning", "info"]
"""An error cannot work; a warning will not do what was meant; an info could be better."""

SEVERITIES: tuple[Severity, ...] = ("error", "warning", "info")

Thing = TypeVar("Thing")


@attrs.frozen
class Finding:
    """What a check complains about.

    A check gives the message, where one is to blame the node of the expression, and a fix where one is
    certain. By which check, where, and at which half-open ranges of the expression's canonical text,
    the runner adds.
    """

    message: str
    node: Expr | None = attrs.field(default=None, eq=False, repr=False)
    fix: Fix | Edit | None = attrs.field(default=None, kw_only=True)
    code: str = attrs.field(default="", kw_only=True)
    severity: Severity = attrs.field(default="warning", kw_only=True)
    mixin: str = attrs.field(default="", kw_only=True)
    subject: str = attrs.field(default="", kw_only=True)
    text: str = attrs.field(default="", kw_only=True)
    spans: tuple[tuple[int, int], ...] = attrs.field(default=(), kw_only=True)
    origin: Origin | None = attrs.field(default=None, kw_only=True)


@attrs.frozen
class Context:
    """Where a thing stands: the innermost owners that are set, up to the mixin and the project."""

    project: Project
    mixin: AnyMixin
    group: AnyGroup | None = None
    rule: AnyRule | None = None
    dashboard: Dashboard | None = None
    row: Row | None = None
    panel: Panel | None = None
    file: DashboardFile | None = None
    drawn: RenderedPanel | None = None
    query: RenderedQuery | None = None

    @property
    def profile(self) -> Profile:
        """What the mixins are linted for."""
        return self.project.profile

    @property
    def facts(self) -> Facts:
        """What is known of metrics."""
        return self.project.facts

    @property
    def subject(self) -> str:
        """The thing in words: ``panel `Free space` of dashboard `Host` ``."""
        match self:
            case Context(file=DashboardFile(title=title), drawn=drawn) if drawn is not None:
                return f"panel `{drawn.title}` of dashboard `{title}`"
            case Context(file=DashboardFile(title=title)):
                return f"dashboard `{title}`"
            case Context(rule=Alert(name=name) | ForeignAlert(name=name)):
                return f"alert `{name}`"
            case Context(rule=rule) if rule is not None:
                return f"recording rule `{rule.name}`"
            case Context(group=group) if group is not None:
                return f"group `{group.name}`"
            case Context(dashboard=Dashboard(title), panel=panel) if panel is not None:
                return f"panel `{panel.title}` of dashboard `{title}`"
            case Context(dashboard=Dashboard(title), row=row) if row is not None:
                return f"row `{row.title}` of dashboard `{title}`"
            case Context(dashboard=Dashboard(title)):
                return f"dashboard `{title}`"
        return f"mixin `{self.mixin.name}`"

    @property
    def owners(self) -> tuple[Any, ...]:
        """The things that enclose this place, innermost first."""
        chain: tuple[Any, ...] = (self.panel, self.row, self.dashboard)
        if not isinstance(self.mixin, Mixin):
            # What our own definitions become is in no file yet; the definitions are.
            chain = (self.query, self.drawn, self.file)
        chain = (*chain, self.rule, self.group, self.mixin)
        return tuple(owner for owner in chain if owner is not None)

    @property
    def allowed(self) -> Iterator[tuple[object, Allowed]]:
        """What definitions or comments allow here, innermost first, by what they stand beside."""
        if isinstance(self.mixin, Mixin):
            yield from ((id(owner), getattr(owner, "allow", {})) for owner in self.owners)
            return
        origins = [thing.origin for thing in (self.rule, self.group) if thing is not None]
        for origin in origins:
            if origin is not None:
                yield origin, self.mixin.allowed.get(origin, {})
        files = {origin.file for origin in origins if origin is not None}
        for file in files if self.file is None else {self.file.file}:
            yield file, self.mixin.allowed.get(Origin(file, 0), {})

    @property
    def expressions(self) -> tuple[Expr, ...]:
        """The expressions of the rule or panel."""
        if self.rule is not None:
            return (self.rule.expr,)
        if self.drawn is not None:
            return tuple(query.expr for query in self.drawn.queries if query.expr is not None)
        return () if self.panel is None else tuple(query.expr for query in self.panel.show)

    @property
    def bundle(self) -> Bundle:
        """The dashboards that belong together here, as Grafana reads them."""
        return self.project.bundles[id(self.mixin)]

    def spelled(self, expr: Expr) -> Spanned:
        """Return the text of an expression as it was written or will be, with the places of its nodes."""
        for query in self.drawn.queries if self.drawn is not None else ():
            if isinstance(query.parsed, Parsed) and query.parsed.expr is expr:
                return query.parsed.shown_with_spans(expr)
        return unparse_with_spans(expr)

    def labels(self, expr: Expr) -> LabelFlow:
        """Return an expression's label flow, knowing what the project's recording rules keep."""
        return flow(expr, self.project.recorded)


Run: TypeAlias = Callable[[Thing, Context], Iterator[Finding]]


@attrs.frozen
class Good:
    """An example on which no check at all says anything: PromQL, Python, or a file.

    It is for the target `profile`; `recorded` are series with samples a minute apart, one a line.
    """

    text: str
    profile: Profile = attrs.field(factory=Profile)
    recorded: str = ""


@attrs.frozen
class Bad:
    """An example on which the check says exactly `message`, with the same fields as `Good`."""

    text: str
    message: str
    profile: Profile = attrs.field(factory=Profile)
    recorded: str = ""


@attrs.frozen
class Check(Generic[Thing]):
    """A check: it runs on every thing of type `on`; everything else comes from its module."""

    on: type[Thing]
    severity: Severity
    run: Run[Thing]

    @property
    def code(self) -> str:
        """The name by which findings are allowed: the module's path, `promql/short-rate-window`."""
        subject, pattern = self.run.__module__.split(".")[-2:]
        return f"{subject}/{pattern.replace('_', '-')}"

    @property
    def page(self) -> str:
        """The module's docstring."""
        return str(self._module["__doc__"]).strip()

    @property
    def examples(self) -> tuple[Good | Bad, ...]:
        """The module's `EXAMPLES`."""
        examples: tuple[Good | Bad, ...] = self._module["EXAMPLES"]
        return examples

    def language(self, example: Good | Bad) -> Literal["json", "promql", "python", "yaml"]:
        """Return in what an example is written: PromQL, Python, YAML as in rule files, or dashboards' JSON."""
        if example.text.lstrip().startswith(("[", "{")):
            return "json"
        if self.on is Expr and "\n" not in example.text:
            return "promql"
        return "yaml" if example.text.lstrip().startswith(("groups:", "apiVersion:")) else "python"

    @property
    def _module(self) -> Mapping[str, Any]:
        return vars(sys.modules[self.run.__module__])


def check(
    *, on: type[Thing], severity: Severity = "warning"
) -> Callable[[Run[Thing]], Check[Thing]]:
    """Make a function that yields findings about a thing into the check of its module.

    `on` is `Expr` (the whole expression of a rule or query), `ALERTS`, `RECORDINGS` or `GROUPS`,
    whoever wrote them, or what only definitions have: `Alert`, `Panel`, `Row`, `Dashboard`, `Mixin`;
    of dashboards as Grafana reads them, ours and others', `DashboardFile`, `RenderedVariable`,
    `RenderedPanel`, `RenderedLink`;
    or else `Suppression` or `Unreadable`.
    """
    return lambda run: Check(on, severity, run)
