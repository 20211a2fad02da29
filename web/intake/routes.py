"""Manifests by a browser: sent, looked at with their columns, taken in beside the desk's work."""

from collections.abc import Sequence
from pathlib import PurePath
from threading import Thread
from typing import Annotated

from fastapi import File, Form, Query, UploadFile

from callqa.errors import ConfigError
from services.intake import manifest_uploads as intake
from services.runs.lease import AnotherRun, refuse_beside_another
from store.calls import uploads
from web.access.request_context import Context, NotThere
from web.access.roles import Permission
from web.intake.build import upload_page, uploads_page
from web.intake.view import UploadPage, Uploads
from web.routing import Area, Then
from web.uploads import content_of

area = Area("upload")

BETWEEN = "|"
"""A field and its column, in the value of a menu."""
Columns = Annotated[list[str], Query(max_length=100)]


@area.page("/intake", "intake/uploads.html", Permission.INTAKE)
def upload_list(context: Context) -> Uploads:
    return uploads_page(context)


@area.action("/intake", Permission.INTAKE)
def send(context: Context, file: Annotated[UploadFile, File()]) -> Then:
    """Keeps the file until somebody has it taken in."""
    name, now = PurePath((file.filename or "").replace("\\", "/")).name, context.desk.now()
    try:
        content = content_of(file)
        intake.read_upload(context.desk.rubric_set[0], name, content)
    except ConfigError as error:
        return Then("/intake", context.refusal(error), "refused")
    with context.desk.store.write() as c:
        uploads.drop_older(c, now - intake.KEPT)
        pk = uploads.put_upload(c, name, content, context.who.name, now)
    context.log_action("manifest_sent", "upload", pk, f"{pk}")
    return Then(f"/intake/{pk}")


@area.page("/intake/{pk:row}", "intake/upload.html", Permission.INTAKE)
def upload(context: Context, pk: int, columns: Columns = []) -> UploadPage:  # noqa: B006  # FastAPI copies it
    with context.desk.store.read() as c:
        row = uploads.upload_of(c, pk)
        if row is None:
            raise NotThere
        return upload_page(context, c, row, _chosen(columns) if columns else None)


@area.action("/intake/{pk:row}", Permission.INTAKE)
def take_in(
    context: Context,
    pk: int,
    columns: Annotated[list[str], Form(max_length=100)] = [],  # noqa: B006
    replace: Annotated[bool, Form()] = False,
) -> Then:
    """Goes on beside the desk's work: a manifest of a month takes minutes."""
    here, desk = f"/intake/{pk}", context.desk
    rubric_context, now, chosen = desk.rubric_set[0], desk.now(), _chosen(columns)
    if not intake.folder_of(rubric_context):
        return Then(here, context.say("系统管理员还没有设置录音所在的文件夹"), "refused")
    try:
        refuse_beside_another(desk.store, rubric_context.zone)
    except AnotherRun:
        return Then(here, context.say("夜间任务或另一次入库正在进行，请稍后再试"), "refused")
    with desk.store.write() as c:
        begun = uploads.begin(c, pk, now, now - intake.STUCK)
    if not begun:
        raise NotThere
    context.log_action("manifest_taken_in", "upload", pk, f"{pk}")
    facts = (rubric_context, pk, chosen, context.who.name, now, replace)
    Thread(target=intake.take_in, args=facts, name=f"intake-{pk}", daemon=True).start()
    return Then(here)


@area.action("/intake/{pk:row}/discard", Permission.INTAKE)
def discard(context: Context, pk: int) -> Then:
    with context.desk.store.write() as c:
        if not uploads.discard(c, pk):
            raise NotThere
    return Then("/intake", context.say("已放弃这份清单，没有入库"))


def _chosen(columns: Sequence[str]) -> dict[str, str]:
    pairs = (value.partition(BETWEEN) for value in columns)
    return {field: column for field, _, column in pairs}
