"""The contract: OpenAPI 3.1 of all routes of the interface."""

from functools import cache
from typing import Any

from fastapi.openapi.utils import get_openapi
from pydantic import TypeAdapter

from callqa.people import TokenScope
from web.api.problems import Problem

VERSION = "1.0"
DESCRIPTION = """Hand in calls, and read what callqa made of them. Every request shows a token
(`Authorization: Bearer callqa_…`), which reaches what its scopes and its owner's role allow, and no call that its owner
may not see. Lists go on by `cursor`. Answers of GETs have an `ETag`. Errors are RFC 9457 problems, whose `type` never
changes. Names in these answers stay as they are in version 1; new ones may come."""
METHODS = ("get", "put", "post", "delete")


@cache
def document() -> dict[str, Any]:
    from web.areas import API_AREAS

    made = get_openapi(
        title="callqa",
        version=VERSION,
        openapi_version="3.1.0",
        description=DESCRIPTION,
        routes=[route for api_area in API_AREAS for route in api_area.router.routes],
        tags=[{"name": name} for name in dict.fromkeys(str(api_area.router.tags[0]) for api_area in API_AREAS)],
        license_info={"name": "Apache-2.0", "identifier": "Apache-2.0"},
        servers=[{"url": "/"}],
    )
    schema = TypeAdapter(Problem).json_schema()
    made["components"]["schemas"]["Problem"] = schema
    for name in ("HTTPValidationError", "ValidationError"):
        made["components"]["schemas"].pop(name, None)
    for path in made["paths"].values():
        for method in METHODS:
            _mend(path.get(method, {}))
    made["components"]["securitySchemes"]["HTTPBearer"]["x-scopes"] = [scope.value for scope in TokenScope]
    return made


def _mend(operation: dict[str, Any]) -> None:
    """Without the framework's own form of a refusal, which is a problem here."""
    answers = operation.get("responses", {})
    if "HTTPValidationError" in str(answers.get("422", "")):
        del answers["422"]
