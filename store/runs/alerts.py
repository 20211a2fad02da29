"""Alerts that were delivered, and to whom."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Connection, select

from store.db.upsert import insert
from store.tables.alerts import alert_told


def delivered(c: Connection, alerts: Iterable[str]) -> set[tuple[str, str]]:
    """(alert, webhook), of these alerts."""
    wanted = select(alert_told.c.alert, alert_told.c.webhook).where(alert_told.c.alert.in_(list(alerts)))
    return {(row.alert, row.webhook) for row in c.execute(wanted)}


def put_delivered(c: Connection, alert: str, webhook: str, at: datetime) -> None:
    row = {"alert": alert, "webhook": webhook, "at": at}
    c.execute(insert(c, alert_told).values(row).on_conflict_do_nothing())
