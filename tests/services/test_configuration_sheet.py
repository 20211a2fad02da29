"""The form of a rubric: what it shows, sent back, is the same rubric; each field changes what it says."""

import sys
from pathlib import Path

import pytest
import yaml
from hypothesis import given

sys.path.append(str(Path(__file__).parents[1] / "scoring"))
from synthetic_rubrics import make, rubrics

from scoring import Rubric
from services.configuration import sheet
from services.configuration.files import dumped

TWO = make(
    {"id": "a", "weight": 40, "items": [{"id": "opening", "points": 5}, {"id": "closing", "points": 5}]},
    {
        "id": "b",
        "weight": 60,
        "items": [{"id": "restate", "points": 8, "trust_floor": {"figure": "kappa", "floor": 0.6}}],
    },
)


def sent(rubric: Rubric, **changes: str) -> Rubric:
    """The rubric after the form was sent with these changes; names have dots in place of two underscores."""
    fields = sheet.fields_of(rubric) | {name.replace("__", "."): value for name, value in changes.items()}
    return Rubric.model_validate(yaml.safe_load(yaml.safe_dump(sheet.changed(rubric, fields))))


@given(rubrics())
def test_a_form_that_nobody_changed_is_the_same_rubric(rubric: Rubric) -> None:
    assert sent(rubric) == rubric


@given(rubrics())
def test_the_file_that_is_taken_out_is_the_same_rubric_when_it_is_put_in(rubric: Rubric) -> None:
    assert Rubric.model_validate(yaml.safe_load(dumped(rubric))) == rubric


@pytest.mark.parametrize(
    ("changes", "look", "expected"),
    [
        ({"title": " 新表 "}, lambda rubric: rubric.title, "新表"),
        ({"valid_from": "2026-12-01"}, lambda rubric: str(rubric.valid_from), "2026-12-01"),
        ({"teams": "A组、B组"}, lambda rubric: rubric.applies_to.teams, ("A组", "B组")),
        ({"direction": "inbound"}, lambda rubric: rubric.applies_to.directions, ("inbound",)),
        ({"group__a__weight": "30", "group__b__weight": "70"}, lambda rubric: rubric.groups[1].weight, 70),
        ({"item__opening__points": "7.5"}, lambda rubric: rubric.items[0].points, 7.5),
        ({"item__opening__effect": "fatal", "item__opening__points": "0"}, lambda rubric: rubric.items[0].fatal, True),
        ({"item__restate__floor": "0.7"}, lambda rubric: rubric.items[2].trust_floor.floor, 0.7),
        ({"item__restate__figure": ""}, lambda rubric: rubric.items[2].trust_floor, None),
        ({"item__closing__off": "yes"}, lambda rubric: [item.id for item in rubric.items], ["opening", "restate"]),
        ({"new__a__title": "语速", "new__a__needs": "speech_rate", "new__a__points": "3"},
         lambda rubric: [item.id for item in rubric.groups[0].items], ["opening", "closing", "speech_rate"]),
    ],
)  # fmt: skip
def test_a_field_changes_what_it_says(changes, look, expected) -> None:
    assert look(sent(TWO, **changes)) == expected
