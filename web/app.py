"""The application: routes, shield, static files, and what is answered when something is wrong."""

import gc
import logging
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from anyio.to_thread import current_default_thread_limiter
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Scope

from callqa.errors import CallQAError, FilterError, StoreAway, StoreBusy, without_words
from callqa.messages import Joined, words
from callqa.settings import Settings, load_settings
from services.intake.push import Conflict
from services.upkeep.logs import start_logging
from web.access.request_context import (
    Forbidden,
    NotThere,
    SignInNeeded,
    StaleForm,
    error_text,
    language_of,
    learn_language,
)
from web.access.sessions import with_next
from web.api.access import NoToken, TooFast
from web.api.problems import is_api, problem
from web.api.routing import ROOT
from web.areas import API_AREAS, AREAS
from web.desk import Desk, open_desk
from web.field_names import labels_of
from web.metrics.requests import Counted
from web.routing import render_plain
from web.shield import MAX_BODY, Shield
from web.templating import STATIC, environment
from web.uploads import MAX_UPLOAD, PLACES

log = logging.getLogger("callqa.desk")
THREADS = 16
"""Requests of a process that are worked on at once, pages that wait for their turn (`web.routing`) among them."""
TURN_SECONDS = 0.0005
"""For which a thread has Python to itself while others wait. A page asks the database some thirty times and waits for
its turn after each answer: with Python's own 0.005 s it would wait longest for whoever makes a page beside it."""


class Static(StaticFiles):
    """Files whose address names their content are kept by browsers for ever."""

    def file_response(self, *args: Any, **kwargs: Any) -> Response:
        response = super().file_response(*args, **kwargs)
        scope: Scope = args[2]
        for_ever = b"v=" in scope["query_string"]
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable" if for_ever else "no-cache"
        return response


class Shielded(FastAPI):
    """With the shield around everything, so that it also covers what the framework says when something broke."""

    def build_middleware_stack(self) -> ASGIApp:
        settings = self.state.settings.desk
        secure = settings.public_url.startswith("https://")
        larger = {
            f"{ROOT}/recordings": self.state.settings.api.upload_mb * 1_000_000,
            **dict.fromkeys(PLACES, MAX_UPLOAD),
        }
        return Counted(Shield(super().build_middleware_stack(), max_body=MAX_BODY, secure=secure, larger=larger))


def desk_app() -> FastAPI:
    """The application of the settings of this process; what a server starts."""
    settings = load_settings()
    start_logging(settings.log)
    return create_app(settings)


def create_app(settings: Settings, desk: Desk | None = None) -> FastAPI:
    """``desk``: one that is open already, and that somebody else closes."""

    @asynccontextmanager
    async def opened(app: FastAPI) -> AsyncIterator[None]:
        sys.setswitchinterval(TURN_SECONDS)
        current_default_thread_limiter().total_tokens = THREADS
        if desk is not None:
            app.state.desk = desk
            yield
            return
        with open_desk(settings) as opened_desk:
            app.state.desk = opened_desk
            opened_desk.figures.prepare(opened_desk.rubric_set, opened_desk.now())
            gc.collect()
            gc.freeze()  # dictionaries and code stay: looking through them for garbage would stop all pages for 0.2 s
            yield

    app = Shielded(lifespan=opened, docs_url=None, redoc_url=None, openapi_url=None)
    app.state.settings = settings
    app.state.templates = environment(settings.zone)
    for router in (*(area.router for area in AREAS), *(area.router for area in API_AREAS)):
        app.include_router(router)
    app.mount("/static", Static(directory=STATIC), name="static")
    app.add_exception_handler(SignInNeeded, _sign_in_first)
    app.add_exception_handler(NoToken, _without_token)
    app.add_exception_handler(TooFast, _too_fast)
    app.add_exception_handler(Forbidden, _forbidden)
    app.add_exception_handler(StaleForm, _stale)
    app.add_exception_handler(NotThere, _not_there)
    app.add_exception_handler(CallQAError, _refused)
    app.add_exception_handler(RequestValidationError, _malformed)
    app.add_exception_handler(HTTPException, _of_the_framework)
    app.add_exception_handler(Exception, _broken)
    return app


def _sign_in_first(request: Request, _error: Exception) -> Response:
    if request.method == "GET" and not _wants_data(request):
        return RedirectResponse(with_next(request), 303)
    if request.headers.get("hx-request") == "true":
        return Response(status_code=401, headers={"HX-Redirect": "/sign-in"})
    return _answer(request, 401, "请先登录", "登录已过期或尚未登录。")


def _without_token(request: Request, _error: Exception) -> Response:
    text = "请求须带有效的令牌：Authorization: Bearer …。令牌可能已过期、被吊销，或其所有人已停用。"
    return problem(request, "no-token", 401, "请先登录", text, {"WWW-Authenticate": 'Bearer realm="callqa"'})


def _too_fast(request: Request, error: Exception) -> Response:
    assert isinstance(error, TooFast)
    text = "这个令牌请求过于频繁，请按 Retry-After 等待后再试。"
    return problem(request, "too-fast", 429, "请求过于频繁", text, error.headers)


def _forbidden(request: Request, _error: Exception) -> Response:
    if is_api(request):
        return problem(request, "forbidden", 403, "没有权限", "令牌的权限范围或其所有人的角色不允许此操作。")
    return _answer(request, 403, "没有权限", "您的角色不能进行此操作；如确有需要，请联系系统管理员。")


def _stale(request: Request, _error: Exception) -> Response:
    return _answer(request, 403, "页面已失效", "这一页是上次登录时打开的，没有提交。请重新打开这一页再试。")


def _not_there(request: Request, _error: Exception) -> Response:
    return _answer(request, 404, "没有找到", "没有这项内容，或者不在您的查看范围内。")


def _refused(request: Request, error: Exception) -> Response:
    if isinstance(error, StoreBusy):
        busy = _answer(request, 503, "数据库繁忙", "夜间任务正在写入，请稍候重试。")
        busy.headers["Retry-After"] = "10"
        return busy
    if isinstance(error, StoreAway):
        log.error("%s %s: %s", request.method, request.scope["path"], error)
        return _answer(
            request, 503, "数据库不可用", "数据库暂时无法连接或磁盘已满，请联系系统管理员；已保存的不会丢失。"
        )
    assert isinstance(error, CallQAError)
    if is_api(request):
        status = 400 if isinstance(error, FilterError) else 409 if isinstance(error, Conflict) else 422
        text = error_text(error, language_of(request))
        return problem(request, "refused", status, "未能完成", "{text}", code=error.code, text=text)
    return _answer(request, 422, "未能完成", error_text(error, "zh" if _wants_data(request) else language_of(request)))


def _malformed(request: Request, error: Exception) -> Response:
    """A page names the fields by its labels; data by the names that a program has sent."""
    assert isinstance(error, RequestValidationError)
    names = [str(next(iter(wrong["loc"][1:]), "")) for wrong in error.errors()]  # the place, then the name
    if is_api(request):
        where = Joined(names)
        return problem(request, "malformed", 400, "请求有误", "请检查填写的内容：{where}", where=where)
    where = Joined(names) if _wants_data(request) else labels_of(request.url.path, names)
    if not where:
        return _answer(request, 400, "请求有误", "请从本系统的页面操作。")
    return _answer(request, 400, "请求有误", "请检查填写的内容：{where}", where=where)


def _of_the_framework(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    learn_language(request)
    if error.status_code == 404:
        return _not_there(request, error)
    return _answer(request, error.status_code, "请求有误", "请从本系统的页面操作。")


def _broken(request: Request, error: Exception) -> Response:
    log.error("%s %s: %s", request.method, request.scope["path"], without_words(error))
    return _answer(request, 500, "系统出错", "请稍后重试；若仍然出错，请联系系统管理员。")


def _wants_data(request: Request) -> bool:
    return request.url.path.endswith(".json")


SLUGS = {404: "not-found", 405: "method", 413: "too-large", 415: "media-type", 500: "broken", 503: "unavailable"}


def _answer(request: Request, status: int, title: str, text: str, /, **values: Any) -> Response:
    """What is wrong, in the form that was asked for: a problem, data, a message over the page, or a page."""
    if is_api(request):
        return problem(request, SLUGS.get(status, "malformed"), status, title, text, **values)
    if _wants_data(request):
        return JSONResponse({"error": title, "detail": words("zh")(text, **values)}, status)
    template = "message.html" if request.headers.get("hx-request") == "true" else "error.html"
    return render_plain(request, template, status, title=title, text=text, values=values)
