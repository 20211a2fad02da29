"""Regular expressions of a hotline's own: what may search for hours is refused, what people write is not."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa_models.expression import MOST_WAYS, parser, usable, ways


@pytest.mark.parametrize(
    "expression",
    [
        "(a+)+$",
        "(a|aa)+$",
        "(a|a)*b",
        "(.*)*x",
        r"([a-z]+)*\d",
        r"(\w+\s?)*$",
        "(x+x+)+y",
        "(?:a?){30}a{30}",
        "(?=(a+)+b)a",
        "(?i)(?:ab|AB)*c",
        "(?:好的|好的好的)*吗",
        "一.{0,10}?" * 8 + "二",
        ".*.*.*.*x",
    ],
)
def test_what_may_never_end_is_refused(expression: str) -> None:
    with pytest.raises(ValueError, match="may never end"):
        usable(expression)


@pytest.mark.parametrize(
    ("expression", "n_ways"),
    [
        ("不知道", 1),
        ("(?<!不)知道(?!了)", 1),
        ("不(太|)清楚", 2),
        ("(嗯|啊|好的)+您好", 100),
        ("[嗯啊]*好", 101),
        ("(工单|工号|单子)", 2),
        ("稍等.{0,8}(查|看)", 9),
        ("我.*给.*您.*办", 101**3),
        ("(?P<one>退)不(?P=one)", 1),
        ("", 1),
    ],
)
def test_what_people_write_is_taken(expression: str, n_ways: int) -> None:
    assert usable(expression) == expression
    assert ways(parser.parse(expression)) == n_ways


@pytest.mark.parametrize("expression", ["(a", "a**", "[", "a{99999999999}", "(" * 5000, "(?P<1>a)", "\\"])
def test_what_is_no_expression_is_refused(expression: str) -> None:
    with pytest.raises(ValueError, match="not a regular expression"):
        usable(expression)


PIECES = st.sampled_from(["a", "b", "aa", "ab", ".", "[ab]", "a?", "b*", "a+", "a{0,3}", "(?=a)", "(?<!b)"])
EXPRESSIONS = st.recursive(
    PIECES,
    lambda inner: st.one_of(
        st.lists(inner, min_size=1, max_size=4).map("".join),
        st.lists(inner, min_size=1, max_size=3).map(lambda parts: f"(?:{'|'.join(parts)})"),
        st.tuples(inner, st.sampled_from(["*", "+", "?", "{2,9}", "*?"])).map(lambda pair: f"(?:{pair[0]}){pair[1]}"),
    ),
    max_leaves=8,
)


@pytest.mark.slow  # searches as long as a night may
@given(EXPRESSIONS, st.sampled_from(["a" * 60, "ab" * 30, "aab" * 20, "b" * 60]))
def test_what_is_taken_comes_to_an_end(expression: str, text: str) -> None:
    """One that does not would stop this test, as it would a night."""
    if ways(parser.parse(expression)) <= MOST_WAYS:
        re.search(expression + "c", text)
