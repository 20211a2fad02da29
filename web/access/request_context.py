"""One request of one person: who asks, of which desk, in which words."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cached_property
from hmac import compare_digest
from ipaddress import ip_address
from typing import Annotated, Any

from fastapi import Depends, Request

from callqa.errors import CallQAError, EngineError
from callqa.messages import LANGUAGES, Message, Say, message_of, words
from callqa.people import Account, AuditEntry
from store.people import accounts, audit, sign_ins
from web.access.account_changes import Author
from web.access.logged_parameters import logged_parameters
from web.access.roles import Permission, may
from web.access.tokens import SESSION, form_token, token_hash
from web.desk import Desk

LANGUAGE = "callqa_language"
"""The cookie with the language that was last used in this browser."""


BY_ITSELF = {"nightly": "夜间任务", "rules": "分派规则", "机检": "机检", "多数意见": "多数意见"}
"""What acts or judges without being anybody."""


LOGIN_NAME = "who"
"""Of the values of an error: somebody by their login name."""
OPERATORS = frozenset({"check", "database", "encryption", "engine", "file", "model", "setting", "settings"})
"""Areas of errors that nobody at the desk can do anything about."""


def error_text(error: CallQAError, language: str) -> str:
    """What people at the desk read of an error: a sentence, and whom to tell where only an operator can help."""
    message = error.message
    if isinstance(error, EngineError) or error.code.partition(".")[0] in OPERATORS:
        message = Message("系统没有接受这一步。请把这段说明转告系统管理员：{message}", message=message)
    text = message.text(language)
    return text[:1].upper() + text[1:]


class SignInNeeded(Exception):
    """Nobody is signed in, or not any more."""


class Forbidden(Exception):
    """The person's role does not allow it."""


class StaleForm(Forbidden):
    """The form was not given to this sign-in: an older one's page, or another site's."""


class NotThere(Exception):
    """There is no such thing, or the person may not know of it."""


@dataclass(frozen=True)
class RequestContext:
    """What a page works with."""

    desk: Desk
    session: sign_ins.Session
    token: str
    """Of the session's cookie."""
    request: Request
    _entries: list[AuditEntry] = field(default_factory=list)
    _going_on: list[int] = field(default_factory=list)
    """Of those the ones of which one entry does for a while."""

    @property
    def who(self) -> Account:
        return self.session.account

    @cached_property
    def say(self) -> Say:
        """Says a text in the person's language; ``_`` in templates."""
        return words(self.who.language)

    def refusal(self, error: CallQAError) -> str:
        """What the person is told of an error; people in it have their names."""
        return error_text(type(error).of(self._with_names(error.message)), self.who.language)

    def _with_names(self, message: Message) -> Message:
        values = {name: self._with_name(name, value) for name, value in message.values.items()}
        return Message(message.msgid, **values)

    def _with_name(self, name: str, value: Any) -> Any:
        if message := message_of(value):
            return self._with_names(message)
        return self.called(value) if name == LOGIN_NAME else value

    @cached_property
    def names(self) -> Mapping[str, str]:
        """What people are called, by their login names; whoever wrote by a command may have none."""
        with self.desk.store.read() as c:
            return accounts.shown_names(c)

    def called(self, author: str) -> str:
        """What a page calls who did something: a person, a command's user, or the night."""
        return self.names.get(author) or self.say(BY_ITSELF.get(author, author))

    @cached_property
    def agent_names(self) -> Mapping[str, str]:
        """By the ids of agents, for who may read them: whoever may not knows of nobody's but their own."""
        names = self.desk.agent_names()
        if self.may(Permission.NAMES):
            return names
        mine = self.who.agent_id or ""
        return {mine: names[mine]} if mine in names else {}

    def with_name(self, agent_id: str) -> str:
        """An agent's id, with their name where the person may read it."""
        return f"{agent_id} {self.agent_names.get(agent_id, '')}".rstrip()

    @cached_property
    def asked(self) -> dict[str, Any]:
        """What the audit log says that the page was asked for. Whoever fills in what was left out writes it here."""
        return logged_parameters(self.request.query_params)

    @property
    def csrf(self) -> str:
        """What the person's forms carry."""
        return form_token(self.token)

    @property
    def address(self) -> str:
        return address_of(self.request)

    @property
    def author(self) -> Author:
        """Who the person is in the audit log."""
        return Author(self.who.name, self.who.role, self.address, self.desk.now())

    def may(self, permission: Permission) -> bool:
        return may(self.who.role, permission)

    def log_action(self, action: str, kind: str = "", pk: int | None = None, named: str = "", **detail: Any) -> None:
        """Writes into the audit log that the person did or looked at something. ``detail`` holds nothing personal."""
        self.log_view(action, kind, pk, named, **detail)
        self.write_log()

    def log_view(self, action: str, kind: str = "", pk: int | None = None, named: str = "", **detail: Any) -> None:
        """The same of what a page shows. It is written when the page is made, before anybody sees it."""
        author = self.author
        entry = AuditEntry(
            at=author.at, author=author.name, role=author.role, action=action, kind=kind, object_pk=pk,
            object=named, address=author.address, detail=detail,
        )  # fmt: skip
        self._entries.append(entry)

    def log_view_once(self, action: str, kind: str, pk: int | None, named: str, **detail: Any) -> None:
        """The same of what goes on for a while: of one address a session leaves one entry in `recent_views.LASTS`."""
        asked = frozenset({*self.request.query_params.multi_items(), *detail.items()})
        view = hash((self.session.pk, action, kind, pk, named, asked))
        if view not in self.desk.recent_views:
            self.log_view(action, kind, pk, named, **detail)
            self._going_on.append(view)

    def log_opening(self, kind: str, path: str, **detail: Any) -> None:
        """That a page was opened, unless it has logged by itself what it shows. ``path``: with {} for its number."""
        if not self._entries:
            pk = self.request.path_params.get("pk")
            self.log_view_once("page_opened", kind, pk, path.format(pk), **self.asked, **detail)

    def write_log(self) -> None:
        if self._entries:
            with self.desk.store.write() as c:
                audit.put_audit(c, *self._entries)
            for view in self._going_on:
                self.desk.recent_views.add(view)
            self._entries.clear()
            self._going_on.clear()


def desk_of(request: Request) -> Desk:
    desk: Desk = request.app.state.desk
    return desk


def address_of(request: Request) -> str:
    return request.client.host if request.client else ""


def language_of(request: Request) -> str:
    """Of the person who was found to be signed in, else the one that was last used in this browser."""
    known: str | None = getattr(request.state, "language", None)
    chosen = known or request.cookies.get(LANGUAGE, "")
    return chosen if chosen in LANGUAGES else "zh"


def current_context(request: Request) -> RequestContext:
    """Raises `SignInNeeded`."""
    desk = desk_of(request)
    token = request.cookies.get(SESSION, "")
    if not token:
        raise SignInNeeded
    now = desk.now()
    with desk.store.read() as c:
        session = sign_ins.find_session(c, token_hash(token), now, desk.idle)
    if session is None:
        raise SignInNeeded
    request.state.language = session.account.language
    if sign_ins.needs_touch(session, now):
        with desk.store.write() as c:
            sign_ins.touch(c, session, now)
    return RequestContext(desk, session, token, request)


def learn_language(request: Request) -> None:
    """The language of whoever is signed in, where no route has asked who that is: an address that leads nowhere."""
    with suppress(SignInNeeded, CallQAError):
        current_context(request)


Context = Annotated[RequestContext, Depends(current_context)]
"""The type of the parameter ``context`` of every page for people who are signed in."""


@dataclass(frozen=True, slots=True)
class Needs:
    """The permission that a route asks for: every route has exactly one."""

    permission: Permission

    def __call__(self, context: Context) -> None:
        if not context.may(self.permission):
            raise Forbidden


@dataclass(frozen=True, slots=True)
class Open:
    """A route for everybody, signed in or not."""

    permission: Permission = Permission.ANYBODY

    def __call__(self) -> None: ...


@dataclass(frozen=True, slots=True)
class Machine:
    """A route for a program, which signs in by a token. Without one it has to be on this machine."""

    permission: Permission = Permission.METRICS

    def __call__(self, request: Request) -> None:
        settings = desk_of(request).settings.desk
        token = settings.metrics_token.get_secret_value()
        if token:
            shown = request.headers.get("authorization", "")
            if not compare_digest(shown.encode(), f"Bearer {token}".encode()):
                raise Forbidden
        # Behind a proxy everybody comes from this machine, whether the settings say so or only the request does.
        elif settings.public_url or settings.behind_proxy or FORWARDED & set(request.headers) or not _is_here(request):
            raise Forbidden


FORWARDED = {"forwarded", "x-forwarded-for", "x-real-ip", "via"}


def _is_here(request: Request) -> bool:
    try:
        return ip_address(address_of(request)).is_loopback
    except ValueError:
        return False


def gate(permission: Permission) -> Callable[..., None]:
    if permission is Permission.METRICS:
        return Machine()
    return Open() if permission is Permission.ANYBODY else Needs(permission)
