"""Findings of pydantic, said in both languages with the field and the names that are allowed."""

from datetime import date
from typing import Any, Literal

import pytest
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from callqa.errors import Mistake
from callqa.messages import LANGUAGES, catalogue
from callqa.validation import all_wrong, first_wrong


class Part(BaseModel):
    model_config = ConfigDict(extra="forbid")

    first: int = Field(default=0, alias="from", ge=0, lt=10)
    kind: Literal["said", "missed"] = "said"


class Whole(BaseModel):
    model_config = ConfigDict(extra="forbid")

    title: str
    parts: tuple[Part, ...] = ()
    by_name: dict[str, float] = Field(default_factory=dict)
    day: date | None = None
    path: str = Field(default="a", pattern="^a+$")

    @field_validator("title")
    @classmethod
    def _is_short(cls, title: str) -> str:
        if title == "plain":
            raise ValueError("not ours")
        if title == "wrong":
            raise Mistake("yaml.twice", name=title)
        return title

    @model_validator(mode="after")
    def _has_few(self) -> "Whole":
        if len(self.parts) > 1:
            raise Mistake("yaml.twice", "parts", 1, name="second")
        return self


def wrong(values: Any) -> ValidationError:
    with pytest.raises(ValidationError) as caught:
        Whole.model_validate(values)
    return caught.value


@pytest.mark.parametrize(
    ("values", "field", "zh", "en"),
    [
        ({}, "title", "缺少 title", "title: Field required"),
        ({"title": 1}, "title", "title 应为文字，请加引号", "title: Input should be a valid string; put it in quotes"),
        ({"title": "t", "parts": 3}, "parts", "parts 应为列表，例如 [甲, 乙]",
         "parts: should be a list, such as [one, two]"),
        ({"title": "t", "parts": [3]}, "parts.0", "应分字段填写：from、kind",
         "parts.0: should be a mapping with from, kind"),
        ({"title": "t", "parts": [{"from": 10}]}, "parts.0.from", "parts.0.from 的数值超出范围，应小于 10",
         "parts.0.from: Input should be less than 10"),
        ({"title": "t", "parts": [{"kind": "sad"}]}, "parts.0.kind", "parts.0.kind 应为以下之一：said、missed",
         "parts.0.kind: Input should be 'said' or 'missed'"),
        ({"title": "t", "by_name": {"a": "x"}}, "by_name.a", "by_name.a 应为数字",
         "by_name.a: Input should be a valid number"),
        ({"title": "t", "day": "3.11."}, "day", "day 应为日期，例如 2026-11-03",
         "day: Input should be a valid date, such as 2026-11-03"),
        ({"title": "t", "parts": [{"knd": "said"}]}, "parts.0.knd", "没有 parts.0.knd 这个字段，是不是 kind？",
         "parts.0.knd: unknown field; did you mean 'kind'?"),
        ({"titel": "t"}, "titel", "没有 titel 这个字段，是不是 title？",
         "titel: unknown field; did you mean 'title'?"),
        ({"title": "t", "colour": 1}, "colour", "没有 colour 这个字段", "colour: unknown field"),
        ({"title": "wrong"}, "title", "wrong 写了两次，请只留一处", "wrong is there twice; keep one of them"),
        ({"title": "t", "parts": [{}, {}]}, "parts.1", "second 写了两次，请只留一处",
         "second is there twice; keep one of them"),
        ({"title": "plain"}, "title", "title 的内容不合要求（not ours）", "title: not ours"),
        ([], "", "应分字段填写：title、parts、by_name、day、path",
         "value: should be a mapping with title, parts, by_name, day, path"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_with_its_field(values: Any, field: str, zh: str, en: str) -> None:
    mistake = first_wrong(wrong(values), Whole)
    assert (mistake.field, mistake.problem.text("zh"), mistake.problem.text("en")) == (field, zh, en)


def test_a_misspelt_field_comes_before_the_one_that_is_missing() -> None:
    error = wrong({"titel": "t"})
    assert [each.problem.msgid for each in all_wrong(error, Whole)] == ["pydantic.missing", "field.unknown_near"]
    assert first_wrong(error, Whole).problem.advice("en") == "allowed: title, parts, by_name, day, path"


def test_a_type_without_an_entry_keeps_pydantics_own_text() -> None:
    class Odd(BaseModel):
        n: complex

    with pytest.raises(ValidationError) as caught:
        Odd(n="x")  # type: ignore[arg-type]
    (problem,) = (each.problem for each in all_wrong(caught.value, Odd))
    assert problem.msgid == "pydantic.other"
    assert problem.text("en").startswith("n: Input should be a valid")


def test_every_type_of_pydantic_that_has_an_entry_has_it_in_every_language() -> None:
    entries = [{code for context, code in catalogue(each) if code.startswith("pydantic.")} for each in LANGUAGES]
    assert entries[0] == entries[1]
