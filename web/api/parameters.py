"""Parameters that several routes of the interface take."""

from typing import Annotated

from fastapi import Path, Query

Cursor = Annotated[str, Query(max_length=300, description="`next` or `previous` of another page.")]
Place = Annotated[int, Query(ge=0, le=10**9, description="`next` of another page.")]
Limit = Annotated[int, Query(ge=1, le=200, description="Rows of a page.")]
CallId = Annotated[str, Path(max_length=200, description="As the call centre names the call.")]
Names = Annotated[list[str], Query(max_length=200, description="Any of these.")]
Text = Annotated[str, Query(max_length=100)]
