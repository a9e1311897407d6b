"""Expressions to logical plans: times resolved, strings and matrices put where functions want them."""

from __future__ import annotations

import attrs

from mixwright.engine import logical
from mixwright.engine.logical import Argument, Node, Selection, Subquery, Window
from mixwright.errors import EvaluationError, PromQLError
from mixwright.frame import Steps
from mixwright.promql import (
    Aggregate,
    At,
    Binary,
    Call,
    Expr,
    Negation,
    Number,
    Range,
    Selector,
    String,
    ValueType,
    type_of,
)
from mixwright.promql import Subquery as SubqueryExpr
from mixwright.promql.durations import QueryDuration, QueryTimes, duration_seconds
from mixwright.values import Duration


@attrs.frozen
class Lowering:
    """What lowering needs to know about the query: its range, and the step of `[5m:]`."""

    query: Steps
    subquery_step: int
    _counted: bool = False
    _whole: bool = False

    def _around(self, expr: Expr) -> Lowering:
        """Return the lowering of what is inside `expr`.

        Under `histogram_count` and its like, Prometheus reads no buckets and finds resets as it
        reads, unless something further up needs whole histograms (`detectHistogramStatsDecoding`).
        """
        match expr:
            case Call("histogram_count" | "histogram_sum" | "histogram_avg"):
                return attrs.evolve(self, counted=True)
            case Call("histogram_quantile" | "histogram_quantiles" | "histogram_fraction"):
                return attrs.evolve(self, whole=True)
            case Binary("</" | ">/") | SubqueryExpr():
                return attrs.evolve(self, whole=True)
        return self

    def plan(self, expr: Expr, steps: Steps) -> Node:
        """Return the plan of an expression that is a vector or a scalar."""
        return attrs.evolve(self._around(expr)._plan(expr, steps), expr=expr)

    def _plan(self, expr: Expr, steps: Steps) -> Node:
        match expr:
            case Number(value):
                return logical.Literal(steps, value)
            case Selector():
                return logical.Select(steps, self._selection(expr), expr.reach)
            case Negation(inner):
                return logical.Negate(steps, self.plan(inner, steps))
            case Binary(op, left, right, matching, bool_):
                return logical.Binary(
                    steps, op, self.plan(left, steps), self.plan(right, steps), matching, bool_
                )
            case Aggregate(op, inner, parameter, grouping, without):
                return logical.Aggregate(
                    steps,
                    op,
                    self.plan(inner, steps),
                    None if parameter is None else self._argument(parameter, steps),
                    tuple(sorted(set(grouping or ()))),
                    without,
                )
            case Call("time"):
                return logical.Clock(steps)
            case Call("pi"):
                return logical.Literal(steps, 3.141592653589793)
            case Call("info", (inner, *selector)):
                return logical.Info(
                    steps,
                    self.plan(inner, steps),
                    tuple(m for s in selector if isinstance(s, Selector) for m in s.conditions),
                )
            case Call("start" | "end" | "range" | "step" as function):
                return logical.Literal(steps, self._query_time(function))
            case Call(function, args):
                ranges = [arg for arg in args if type_of(arg) is ValueType.MATRIX]
                if ranges:
                    scalars = tuple(self.plan(a, steps) for a in args if a not in ranges)
                    window = self.window(ranges[0], steps)
                    return logical.RangeCall(steps, function, window, scalars)
                return logical.Call(
                    steps, function, tuple(self._argument(arg, steps) for arg in args)
                )
        raise EvaluationError(
            f"`{expr}` is a {type_of(expr).value}; only an instant vector or a scalar "
            "has a value at every step, so wrap it in a function such as `last_over_time`"
        )

    def window(self, expr: Expr, steps: Steps) -> Window | Subquery:
        """Return the plan of a range vector."""
        inside = self._around(expr)
        match expr:
            case Range(selector, window):
                selection = inside._selection(selector)
                return Window(steps, selection, self._width(window), selector.reach, expr=expr)
            case SubqueryExpr(inner, window, step, offset, at):
                time = self._time(at)
                width, back = self._width(window), self._ms(offset)
                first = (steps.start if time is None else time) - back - width
                last_step = steps.start + (len(steps) - 1) * steps.step
                last = (last_step if time is None else time) - back
                size = self.subquery_step if step is None else self._width(step)
                # Multiples of the step, the first one strictly after the window's open start.
                start = (first // size + 1) * size
                plan: Node = logical.Nothing(Steps.instant(start))
                if last >= start:
                    plan = inside.plan(inner, Steps(start, last, size))
                return Subquery(steps, plan, back, time, width, expr=expr)
        raise EvaluationError(f"`{expr}` is a {type_of(expr).value}, not a range vector")

    def _argument(self, expr: Expr, steps: Steps) -> Argument:
        return expr.value if isinstance(expr, String) else self.plan(expr, steps)

    def _selection(self, selector: Selector) -> Selection:
        matchers = selector.conditions
        counted = self._counted and not self._whole
        return Selection(
            matchers, matchers, self._ms(selector.offset), self._time(selector.at), counted
        )

    def _ms(self, duration: Duration) -> int:
        if not isinstance(duration, QueryDuration):
            return duration.ms
        query = QueryTimes(self._query_time("step"), self._query_time("range"))
        try:
            return int(duration_seconds(duration.text, query) * 1000)
        except PromQLError as error:
            raise EvaluationError(str(error)) from None

    def _width(self, duration: Duration) -> int:
        width = self._ms(duration)
        if width <= 0:
            raise EvaluationError(f"`{duration}`: duration must be greater than 0")
        return width

    def _time(self, at: At | None) -> int | None:
        match at:
            case None:
                return None
            case At("start"):
                return self.query.start
            case At("end"):
                return self.query.end
            case At(int() as time):
                return time
        raise TypeError(f"{at!r} is not an `@` modifier")

    def _query_time(self, function: str) -> float:
        query = self.query
        match function:
            case "start":
                return query.start / 1000
            case "end":
                return query.end / 1000
            case "range":
                return (query.end - query.start) / 1000
        return 0.0 if query.start == query.end else query.step / 1000
