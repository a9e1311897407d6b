"""The selector: every selector of the mixin reads only what the mixin watches, every panel only its level.

Requires: chain variables with `of`.
Ensures: every selector of a rule, panel or variable carries the mixin's matchers; on dashboards each
also carries `label=~"$label"` for the variables of its level (`label="$label"` where only one value
can be chosen); a variable's own series are narrowed by the variables before it. A series that the
mixin records is only narrowed by labels that it can have.
"""

from __future__ import annotations

from collections.abc import Iterable

import attrs

from mixwright.model import Dashboard, Mixin, Panel, Recording, Variable
from mixwright.passes.dashboards import each_dashboard, each_panel
from mixwright.promql import Expr, Selector, rewrite
from mixwright.promql.labelflow import flow
from mixwright.values import Matcher, MatchOp


def scope(mixin: Mixin) -> Mixin:
    """Narrow every selector."""
    recorded = {rule.name: rule for _, rule in mixin.all_rules() if isinstance(rule, Recording)}

    def own(expr: Expr) -> Expr:
        return _narrow(expr, mixin.selector, recorded, both=False)

    def dashboard_scope(dashboard: Dashboard, _parent: Dashboard | None) -> Dashboard:
        variables = dashboard.labels()
        chosen = [_chosen(variable) for variable in variables]

        def level(expr: Expr, depth: int = len(variables)) -> Expr:
            return _narrow(own(expr), chosen[:depth], recorded, both=True)

        def panel_scope(panel: Panel) -> Panel:
            show = tuple(attrs.evolve(query, expr=level(query.expr)) for query in panel.show)
            return attrs.evolve(panel, show=show)

        scoped: list[Variable] = []
        for depth, variable in enumerate(variables):
            of = None if variable.of is None else level(variable.of, depth)
            scoped.append(attrs.evolve(variable, of=of if isinstance(of, Selector) else None))
        levels = len(dashboard.chain)
        own_variables = iter(scoped[levels:])
        return each_panel(
            attrs.evolve(
                dashboard,
                chain=tuple(scoped[:levels]),
                variables=tuple(
                    next(own_variables) if isinstance(one, Variable) else one
                    for one in dashboard.variables
                ),
                annotations=tuple(
                    attrs.evolve(one, expr=level(one.expr)) for one in dashboard.annotations
                ),
            ),
            panel_scope,
        )

    rules = tuple(
        attrs.evolve(
            group, rules=tuple(attrs.evolve(rule, expr=own(rule.expr)) for rule in group.rules)
        )
        for group in mixin.rules
    )
    return each_dashboard(attrs.evolve(mixin, rules=rules), dashboard_scope)


def _chosen(variable: Variable) -> Matcher:
    operator = MatchOp.REGEX if variable.multi else MatchOp.EQUAL
    return Matcher(variable.name, operator, f"${variable.name}")


def _narrow(
    expr: Expr, matchers: Iterable[Matcher], recorded: dict[str, Recording], *, both: bool
) -> Expr:
    """Add matchers to every selector; unless `both`, a label that it constrains itself is left alone."""

    def narrow(node: Expr) -> Expr:
        if not isinstance(node, Selector):
            return node
        constrained = {matcher.name for matcher in node.matchers}
        rule = recorded.get(node.name or "")
        extra = tuple(
            matcher
            for matcher in matchers
            if matcher not in node.matchers
            and (both or matcher.name not in constrained)
            and (
                rule is None
                or matcher.name in rule.labels
                or flow(rule.expr).possible(matcher.name)
            )
        )
        return attrs.evolve(node, matchers=(*node.matchers, *extra)) if extra else node

    return rewrite(expr, narrow)
