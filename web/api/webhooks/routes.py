"""Webhooks: made, listed, ended and replayed; and the events themselves, for programs that ask."""

from typing import Annotated

from fastapi import Path, Query

from services.events.collect import collect_events
from services.events.deliver import new_secret
from store.runs import events
from web.access.request_context import NotThere
from web.access.roles import Permission
from web.api.access import Api
from web.api.parameters import Limit
from web.api.routing import ApiArea
from web.api.webhooks.view import EventData, EventPageData, NewWebhook, Replay, Replayed, WebhookData, WebhooksData

area = ApiArea("Webhooks", "")
Number = Annotated[int, Path(ge=1, le=2**31 - 1)]


@area.act("POST", "/webhooks", Permission.WEBHOOKS, WebhookData, 201)
def make_webhook(context: Api, new: NewWebhook) -> WebhookData:
    """Have an address told of events from now on."""
    now, secret, kinds = context.desk.now(), new_secret(), tuple(dict.fromkeys(new.kinds))
    collect_events(context.desk.rubric_set, now)  # so that nothing of before is told
    with context.desk.store.write() as c:
        pk = events.put_webhook(c, context.who.pk, new.url, secret, kinds, now)
    context.log_action("webhook_made", n=pk)
    return WebhookData(pk, new.url, kinds, now, 0, secret)


@area.get("/webhooks", Permission.WEBHOOKS, WebhooksData, missing=False)
def list_webhooks(context: Api) -> WebhooksData:
    """Where events go."""
    with context.desk.store.read() as c:
        waiting, hooks = events.unsent_of(c), events.webhooks(c)
    return WebhooksData(
        tuple(WebhookData(hook.pk, hook.url, hook.kinds, hook.created_at, waiting.get(hook.pk, 0)) for hook in hooks)
    )


@area.act("DELETE", "/webhooks/{number}", Permission.WEBHOOKS, None, 204, 404)
def end_webhook(context: Api, number: Number) -> None:
    """Tell this address nothing more."""
    with context.desk.store.write() as c:
        if not events.end_webhook(c, number, context.desk.now()):
            raise NotThere
    context.log_action("webhook_ended", n=number)


@area.act("POST", "/webhooks/{number}/replay", Permission.WEBHOOKS, Replayed, 200, 404)
def replay(context: Api, number: Number, asked: Replay) -> Replayed:
    """Send events again."""
    with context.desk.store.write() as c:
        hook = next((hook for hook in events.webhooks(c) if hook.pk == number), None)
        if hook is None:
            raise NotThere
        return Replayed(events.send_again(c, number, hook.kinds, asked.after, context.desk.now()))


@area.get("/events", Permission.WEBHOOKS, EventPageData, missing=False)
def list_events(context: Api, after: Annotated[int, Query(ge=0, le=2**31 - 1)] = 0, limit: Limit = 50) -> EventPageData:
    """What happened after an event, oldest first; kept for thirty days, while there is a webhook."""
    with context.desk.store.read() as c:
        rows = events.events_after(c, after, limit)
    data = tuple(EventData(row.pk, row.kind, row.at, row.document) for row in rows)
    return EventPageData(data, rows[-1].pk if rows else after)
