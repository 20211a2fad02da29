"""Models that learn from examples: versions and their cards, adopting one, and going back."""

from typing import Annotated

from fastapi import Form, Query

from callqa.errors import CallQAError
from services.learning import versions
from web.access.request_context import Context
from web.access.roles import Permission
from web.models.build import models_page
from web.models.view import Models
from web.routing import NOBODY, Area, Then

Key = Annotated[str, Form(max_length=64)]
Reason = Annotated[str, Form(max_length=2000)]
HERE = "/models"

area = Area(NOBODY)


@area.page(HERE, "models/models.html", Permission.MODELS)
def models(
    context: Context, key: Annotated[str, Query(max_length=64)] = "", compare: Annotated[bool, Query()] = False
) -> Models:
    """``compare``: the version is measured on the golden set now, which takes seconds."""
    return models_page(context, key, compare)


@area.action("/models/adopt", Permission.MODELS)
def adopt(context: Context, key: Key = "", reason: Reason = "") -> Then:
    """The next night uses the version, where the golden set agrees."""
    if not reason.strip():
        return Then(f"{HERE}?key={key}", context.say("请写明为什么启用"), "refused")
    try:
        with context.desk.store.read() as c:
            version = versions.version_of(c, key)
        versions.adopt(context.desk.rubric_set, version, context.who.name, reason.strip(), context.desk.now())
    except CallQAError as error:
        return Then(HERE, context.refusal(error), "refused")
    context.log_action("model_adopted", named=version.key, model=version.model)
    return Then(f"{HERE}?key={version.key}", context.say("版本 {key} 从下一晚起使用", key=version.key))


@area.action("/models/rollback", Permission.MODELS)
def rollback(context: Context, model: Annotated[str, Form(max_length=64)] = "", reason: Reason = "") -> Then:
    """The next night uses what was used before."""
    if not reason.strip():
        return Then(HERE, context.say("请写明为什么退回"), "refused")
    try:
        key = versions.roll_back(context.desk.rubric_set, model, context.who.name, reason.strip(), context.desk.now())
    except CallQAError as error:
        return Then(HERE, context.refusal(error), "refused")
    context.log_action("model_rolled_back", named=key, model=model)
    text = context.say("从下一晚起用回版本 {key}", key=key) if key else context.say("从下一晚起用回自带的模型")
    return Then(HERE, text)
