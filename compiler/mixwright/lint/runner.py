"""One walk over mixins: every check on every thing, suppressions applied, findings in order."""

from __future__ import annotations

import difflib
import functools
import importlib
import pkgutil
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

import attrs

from mixwright.catalogue import Catalogue, standard
from mixwright.errors import MixwrightError
from mixwright.lint import checks
from mixwright.lint.check import SEVERITIES, Bad, Check, Context, Finding
from mixwright.lint.profile import Profile
from mixwright.lint.project import Project
from mixwright.lint.rendered import rendered_things
from mixwright.lint.suppressions import Suppression
from mixwright.lint.things import AnyMixin, ForeignMixin
from mixwright.lint.witness import Progress, Witness
from mixwright.model import Mixin
from mixwright.promql import Expr
from mixwright.values import Origin

if TYPE_CHECKING:
    from mixwright.recordings import Recording


@functools.cache
def all_checks() -> tuple[Check[Any], ...]:
    """Return the check of every module below `checks/`, sorted by code."""
    found = []
    for subject in pkgutil.iter_modules(checks.__path__):
        package = importlib.import_module(f"{checks.__name__}.{subject.name}")
        for pattern in pkgutil.iter_modules(package.__path__):
            module = importlib.import_module(f"{package.__name__}.{pattern.name}")
            found += [thing for thing in vars(module).values() if isinstance(thing, Check)]
    return tuple(sorted(found, key=lambda check: check.code))


def lint(
    mixins: Sequence[AnyMixin],
    *,
    profile: Profile | None = None,
    catalogue: Catalogue | None = None,
    recording: Recording | None = None,
    today: date | None = None,
    progress: Progress | None = None,
) -> tuple[Finding, ...]:
    """Return what the checks find in resolved and foreign mixins, without what is allowed there.

    Findings are ordered by place, within one place by severity. Recording rules, uids and titles are
    looked up among the mixins given, metrics in the package's catalogue unless there is another.
    `today` decides which suppressions have expired. With a `recording`, rules are replayed over it.
    """
    target = profile or Profile()
    project = Project(
        tuple(mixins),
        target,
        catalogue or standard(),
        today or datetime.now(UTC).date(),
        None if recording is None else Witness(recording, tuple(mixins), target, progress),
    )
    found: list[Finding] = []
    for mixin in project.mixins:
        used: set[tuple[object, str]] = set()
        for thing, context in _things(mixin, project):
            for finding in _run(thing, context):
                beside = _allowing(finding.code, context)
                if beside is None:
                    found.append(finding)
                else:
                    used.add((beside, finding.code))
        for suppression, context in _suppressions(mixin, project, used):
            found += _run(suppression, context)
    return _ordered(found)


def _allowing(code: str, context: Context) -> object | None:
    """Return beside what a finding is allowed, the innermost of these places, or nothing."""
    today = context.project.today
    for beside, allowed in context.allowed:
        if code in allowed and not Suppression(code, allowed[code], today=today).expired:
            return beside
    return None


def explain(code: str) -> str:
    """Return the page of a check as Markdown. Raises `MixwrightError` for a code that no check has."""
    by_code = {check.code: check for check in all_checks()}
    check = by_code.get(code)
    if check is None:
        near = did_you_mean(code)
        raise MixwrightError(
            f"`{code}` is not the code of a check; {near or 'there are ' + ', '.join(by_code)}"
        )
    blocks = []
    for example in check.examples:
        language = check.language(example)
        verdict = f"Bad: {example.message}" if isinstance(example, Bad) else "Good:"
        verdict = f"{verdict}{_target(example.profile)}"
        if example.recorded:
            verdict = f"{verdict}\n\nWith this recorded, a sample a minute:\n\n```\n{example.recorded.strip()}\n```"
        blocks.append(f"{verdict}\n\n```{language}\n{example.text.strip()}\n```")
    examples = "\n\n".join(blocks)
    allow = (
        f'Where it is right as it is: `allow={{"{code}": "the reason"}}` beside the definition, '
        f"`# mixwright: allow {code}: the reason` beside the rule of a file. "
        "`until 2027-01-31: the reason` allows it until a day."
    )
    return f"# {code}\n\n{check.page}\n\n## Examples\n{examples}\n\n{allow}\n"


def _target(profile: Profile) -> str:
    """Return what an example's profile says beyond the usual one."""
    usual = attrs.asdict(Profile())
    said = {name: value for name, value in attrs.asdict(profile).items() if value != usual[name]}
    fields = ", ".join(f"`{name} = {value!r}`" for name, value in said.items())
    return f"\n\nWith {fields} in the target profile:" if fields else ""


def did_you_mean(code: str) -> str:
    """Return a hint at the code of a check that looks like `code`, or an empty string."""
    codes = [check.code for check in all_checks()]
    by_pattern = [known for known in codes if known.split("/")[1] == code.split("/")[-1]]
    near = by_pattern or difflib.get_close_matches(code, codes, n=1)
    return f"did you mean `{near[0]}`?" if near else ""


def _run(thing: Any, context: Context) -> Iterator[Finding]:
    """Run all checks on one thing; what is said of several places of an expression is said once."""
    for check in all_checks():
        if not isinstance(thing, check.on):
            continue
        found: dict[tuple[str, str], Finding] = {}
        for finding in check.run(thing, context):
            text, spans = _places(finding.node, thing, context)
            first = found.setdefault((finding.message, text), finding)
            found[finding.message, text] = attrs.evolve(
                first,
                code=check.code,
                severity=check.severity,
                mixin=context.mixin.name if isinstance(context.mixin, Mixin) else "",
                subject=context.subject,
                text=text or finding.text,
                spans=tuple(sorted({*first.spans, *spans})),
                origin=_origin(thing, context),
            )
        yield from found.values()


def _places(
    node: Expr | None, thing: object, context: Context
) -> tuple[str, tuple[tuple[int, int], ...]]:
    """Return the text of the expression that a node is part of, and where in it the node stands."""
    exprs = (thing,) if isinstance(thing, Expr) else context.expressions
    for expr in exprs if node is not None else ():
        spanned = context.spelled(expr)
        # An equal node elsewhere in the expression is not meant, so identity decides.
        spans = tuple((start, end) for found, start, end in spanned.spans if found is node)
        if spans:
            return spanned.text, spans
    return "", ()


def _origin(thing: object, context: Context) -> Origin | None:
    # What our own definitions become is in no file yet; the definitions are.
    ours = context.file is not None and isinstance(context.mixin, Mixin)
    things = context.owners if ours else (thing, *context.owners)
    origins = (getattr(owner, "origin", None) for owner in things)
    return next((origin for origin in origins if origin is not None), None)


def _things(mixin: AnyMixin, project: Project) -> Iterator[tuple[object, Context]]:
    """Yield everything a check may run on, with its place, from the mixin inwards."""
    here = Context(project, mixin)
    yield mixin, here
    if isinstance(mixin, ForeignMixin):
        yield from ((thing, here) for thing in (*mixin.unreadable, *mixin.resources))
    for group in mixin.rules:
        in_group = attrs.evolve(here, group=group)
        yield group, in_group
        for rule in group.rules:
            in_rule = attrs.evolve(in_group, rule=rule)
            yield rule, in_rule
            yield rule.expr, in_rule
    for dashboard in mixin.all_dashboards():
        on_dashboard = attrs.evolve(here, dashboard=dashboard)
        yield dashboard, on_dashboard
        for row in dashboard.rows:
            in_row = attrs.evolve(on_dashboard, row=row)
            yield row, in_row
            for panel in row.panels:
                on_panel = attrs.evolve(in_row, panel=panel)
                yield panel, on_panel
                for query in panel.show:
                    yield query.expr, on_panel
    yield from rendered_things(here)


def _suppressions(
    mixin: AnyMixin, project: Project, used: set[tuple[object, str]]
) -> Iterator[tuple[Suppression, Context]]:
    seen = set()
    for _, context in _things(mixin, project):
        for beside, allowed in context.allowed:
            if beside not in seen:
                seen.add(beside)
                for code, text in allowed.items():
                    yield Suppression(code, text, (beside, code) in used, project.today), context


def _ordered(findings: Sequence[Finding]) -> tuple[Finding, ...]:
    """Return findings by mixin and line, those of one thing together, the worst of them first."""
    subjects = {f.subject: number for number, f in reversed(tuple(enumerate(findings)))}

    def key(finding: Finding) -> tuple[object, ...]:
        origin = finding.origin or Origin("", 0)
        severity = SEVERITIES.index(finding.severity)
        place = (finding.mixin, origin.file, origin.line, subjects[finding.subject])
        return (*place, severity, finding.code, finding.message)

    return tuple(sorted(findings, key=key))
