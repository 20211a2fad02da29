"""The contract of the interface, held to by the answers themselves: requests that schemathesis makes of the document,
good ones and bad ones, sent with a real token to a real server. `make fuzz` sends 2,000 and more."""

from collections.abc import Iterator

import pytest
import requests
import schemathesis
from chromium import serving
from fastapi import FastAPI
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from programs import Program
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi.checks import negative_data_rejection, positive_data_acceptance

from web.api.contract.build import document
from web.api.pace import Pace
from web.desk import Desk

pytestmark = pytest.mark.slow
SCHEMA = schemathesis.openapi.from_dict(document())
OPERATIONS = [result.ok() for result in SCHEMA.get_all_operations()]
EACH, EACH_OF_MANY = 5, 60
"""Good requests to an address, and as many bad ones: with the seventeen addresses 170 in all, and 2,040."""


@pytest.fixture
def address(app: FastAPI, desk: Desk) -> Iterator[str]:
    desk.pace = Pace(10**9)
    with serving(app) as opened:
        yield opened


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE], ids=["good", "bad"])
def test_answers_are_as_the_contract_says(mode: GenerationMode, address: str, program: Program, torture: bool) -> None:
    """Statuses, headers and bodies; no good request is called malformed, and each bad body is refused."""
    client = program("supervisor")
    known = [call["call_id"] for call in client.get("/api/v1/calls?limit=9").json()["data"]]
    token = {"Authorization": client.headers["Authorization"]}

    def sent(case: schemathesis.Case, call_id: str | None) -> None:
        if call_id and mode.is_positive and "call_id" in (case.path_parameters or {}):
            case.path_parameters["call_id"] = call_id
        # What a call is known by, or which uploads there are, the contract cannot say; and all of a query is text.
        unsure = [positive_data_acceptance, *([negative_data_rejection] if case.method == "GET" else [])]
        answer = case.call_and_validate(base_url=address, session=session, headers=token, excluded_checks=unsure)
        if mode.is_positive and answer.status_code >= 400:
            assert answer.json()["type"] != "urn:callqa:problem:malformed", answer.text

    with requests.Session() as session:
        for operation in OPERATIONS:
            cases = operation.as_strategy(generation_mode=mode)
            chosen = settings(
                max_examples=EACH_OF_MANY if torture else EACH,
                derandomize=not torture,
                database=None,
                phases=[Phase.explicit, Phase.generate],
                suppress_health_check=list(HealthCheck),
            )
            chosen(given(cases, st.sampled_from([None, *known]))(sent))()
