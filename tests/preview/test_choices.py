from __future__ import annotations

import numpy as np

from mixwright import Dashboard, Panel, Variable, promql
from mixwright.frame import MemorySource, Samples
from mixwright.preview.choices import ALL, chosen, find_choices
from mixwright.promql import parse
from mixwright.values import Labels, Matcher


def a_source(*all_labels: dict[str, str]) -> MemorySource:
    times = np.array([1000, 2000])
    return MemorySource(
        Samples.of(
            (Labels({"__name__": "up", **labels}), times, np.ones(2)) for labels in all_labels
        )
    )


def a_dashboard(*variables: Variable) -> Dashboard:
    return Dashboard("D", panels=Panel("P", "up"), chain=variables)


JOB = Variable("job", of="up", multi=True)
INSTANCE = Variable("instance", of='up{job=~"$job"}')
SOURCE = a_source(
    {"job": "a", "instance": "n10"}, {"job": "a", "instance": "n2"}, {"job": "b", "instance": "n3"}
)


def values(choices: tuple[Labels, ...]) -> list[tuple[str, ...]]:
    return [(choice.get("job", ""), choice.get("instance", "")) for choice in choices]


def test_a_variable_is_narrowed_by_those_before_it():
    found = find_choices(a_dashboard(JOB, INSTANCE), SOURCE, 0, 3000, at_most=24)

    assert values(found.drawn) == [
        (ALL, "n2"),
        (ALL, "n3"),
        (ALL, "n10"),
        ("a", "n2"),
        ("a", "n10"),
        ("b", "n3"),
    ]


def test_beyond_the_limit_every_value_is_drawn_before_any_comes_again():
    found = find_choices(a_dashboard(JOB, INSTANCE), SOURCE, 0, 3000, at_most=3)

    assert values(found.drawn) == [(ALL, "n2"), ("a", "n10"), ("b", "n3")]
    assert found.offers(Labels({"job": "b", "instance": "n3"}))
    assert not found.offers(Labels({"job": "b", "instance": "n2"}))


def test_what_is_not_drawn_is_still_known():
    found = find_choices(a_dashboard(JOB, INSTANCE), SOURCE, 0, 3000, at_most=1)

    assert values(found.drawn) == [(ALL, "n2")]
    assert len(found.found) == 6


def test_a_variable_that_has_values_for_some_choices_only_has_values():
    of_some = Variable("pod", of='up{job="$job"}')
    source = a_source({"job": "a"}, {"job": "b", "pod": "p"})
    job = Variable("job", of="up")

    found = find_choices(a_dashboard(job, of_some), source, 0, 3000, at_most=3)

    assert found.without_values == ()
    assert [choice.get("pod", "") for choice in found.drawn] == ["", "p"]


def test_a_variable_that_no_series_has_is_told():
    found = find_choices(a_dashboard(Variable("pod", of="up")), SOURCE, 0, 3000, at_most=3)

    assert [variable.name for variable in found.without_values] == ["pod"]
    assert len(found.drawn) == 1


def test_a_dashboard_without_variables_has_one_choice():
    assert find_choices(a_dashboard(), SOURCE, 0, 3000, at_most=24).drawn == (Labels(),)


def test_all_matches_whatever_has_the_label():
    assert str(chosen(promql('up{job=~"$job"}'), Labels({"job": ALL}))) == 'up{job=~".*"}'
    assert str(chosen(promql('up{job="$job"}'), Labels({"job": ALL}))) == 'up{job=~".*"}'


def test_a_value_within_a_regular_expression_stands_for_itself():
    expr = chosen(promql('rate(up{job=~"${job:regex}"}[5m])'), Labels({"job": "a.b|c d-e(é\n"}))
    (matcher,) = expr.args[0].selector.matchers
    assert isinstance(matcher, Matcher)

    assert matcher.matches("a.b|c d-e(é\n")
    assert not matcher.matches("axb")


def test_a_regular_expression_that_ends_in_a_dollar_stays():
    assert chosen(promql('up{job=~"a.*$"}'), Labels({"job": "a"})) == parse('up{job=~"a.*$"}')
