"""Types of what comes in addresses and forms; anything else is answered with 400."""

from datetime import date
from typing import Annotated

from pydantic import BeforeValidator, Field

blank_is_none = BeforeValidator(lambda text: text or None)
"""A form sends its empty fields, too."""

MOST = 2**31 - 1
"""The largest number of a row that a database can have."""

Number = Annotated[Annotated[int, Field(le=MOST)] | None, blank_is_none]
Day = Annotated[Annotated[date, Field(ge=date(1970, 1, 1), le=date(2999, 12, 31))] | None, blank_is_none]
