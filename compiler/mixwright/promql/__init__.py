"""The PromQL language: trees, text and types, without data and without evaluation."""

from mixwright.promql.expr import (
    Aggregate,
    At,
    Binary,
    Call,
    Cardinality,
    Expr,
    Matching,
    Negation,
    Number,
    Range,
    Selector,
    String,
    Subquery,
    ValueType,
    children,
)
from mixwright.promql.functions import AGGREGATIONS, FUNCTIONS, has_condition, type_of
from mixwright.promql.parse import parse
from mixwright.promql.rewrite import metric_names, rewrite, walk
from mixwright.promql.unparse import Spanned, pointed, unparse, unparse_with_spans

__all__ = [
    "AGGREGATIONS",
    "FUNCTIONS",
    "Aggregate",
    "At",
    "Binary",
    "Call",
    "Cardinality",
    "Expr",
    "Matching",
    "Negation",
    "Number",
    "Range",
    "Selector",
    "Spanned",
    "String",
    "Subquery",
    "ValueType",
    "children",
    "has_condition",
    "metric_names",
    "parse",
    "pointed",
    "rewrite",
    "type_of",
    "unparse",
    "unparse_with_spans",
    "walk",
]
