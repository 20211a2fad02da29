"""Tells what is due to every webhook that was not told yet."""

from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import product

from callqa.errors import StoreError
from callqa.settings import Settings
from callqa.settings.upkeep import Webhook
from services.runs.history import nights
from services.upkeep.alerts import Alert, due
from services.upkeep.webhooks import NotDelivered, deliver, webhook_key
from store import Store, open_store
from store.runs import alerts

RUNS = 50
"""The last runs that are looked at: more than there are rubrics and tries in a night."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """One alert to one webhook."""

    alert: Alert
    kind: str
    """Of the webhook."""
    problem: str
    """Empty when it was taken."""


def tell_due(settings: Settings, now: datetime | None = None) -> list[Delivery]:
    """Looks, and tells. What a webhook did not take is told again at the next look.

    A database that is out of reach is told, too; since nobody can write down that it was, at every look.
    """
    now = now or datetime.now(UTC)
    try:
        with closing(open_store(settings.database)) as store:
            return _tell_due(settings, store, now)
    except StoreError:
        alert = Alert(
            "unreachable", "unreachable", "夜间任务与质检系统都无法工作。请检查数据库服务：callqa doctor", now
        )
        return tell_all(settings, alert)


def tell_all(settings: Settings, alert: Alert) -> list[Delivery]:
    """Every webhook, whatever they were told before."""
    return [_tell(settings, webhook, alert) for webhook in settings.alerts.webhooks]


def _tell_due(settings: Settings, store: Store, now: datetime) -> list[Delivery]:
    with store.read() as c:
        due_alerts = list(due(nights(c, RUNS), now, settings.alerts, settings.zone))
        known = alerts.delivered(c, [alert.key for alert in due_alerts])
    done = []
    for alert, webhook in product(due_alerts, settings.alerts.webhooks):
        if (alert.key, webhook_key(webhook)) in known:
            continue
        done.append(_tell(settings, webhook, alert))
        if not done[-1].problem:
            with store.write() as c:
                alerts.put_delivered(c, alert.key, webhook_key(webhook), now)
    return done


def _tell(settings: Settings, webhook: Webhook, alert: Alert) -> Delivery:
    address = settings.desk.public_url
    link = f"{address}/runs" + (f"/{alert.run}" if alert.run else "") if address else ""
    try:
        deliver(webhook, alert, link)
    except NotDelivered as error:
        return Delivery(alert, webhook.kind, str(error))
    return Delivery(alert, webhook.kind, "")
