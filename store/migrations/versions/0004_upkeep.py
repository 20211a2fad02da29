"""What nights without a person need: an audit log that shows tampering."""

from datetime import UTC

import sqlalchemy as sa
from alembic import op

from callqa.audit_chain import START, ChainedEntry, Link

revision = "0004"
down_revision = "0003"

BATCH = 2000


def upgrade() -> None:
    _audit_chain()


def _audit_chain() -> None:
    """Every entry gets a hash of itself and of the hash before it; those that are there are chained as they stand."""
    op.add_column("audit", sa.Column("hash", sa.String(length=64), server_default="", nullable=False))
    texts = ("author", "role", "action", "kind", "object", "address", "detail", "hash")
    audit = sa.table(
        "audit",
        sa.column("id", sa.Integer()),
        sa.column("at", sa.DateTime()),
        sa.column("object_pk", sa.Integer()),
        *(sa.column(name, sa.Text()) for name in texts),
    )
    hashed = audit.c["id", "at", "author", "role", "action", "kind", "object_pk", "object", "address", "detail"]
    chained = sa.update(audit).where(audit.c.id == sa.bindparam("pk")).values(hash=sa.bindparam("digest"))
    connection, last = op.get_bind(), START
    while rows := connection.execute(
        sa.select(*hashed).where(audit.c.id > last.pk).order_by(audit.c.id).limit(BATCH)
    ).all():
        digests = []
        for pk, at, *rest in rows:
            last = Link(pk, ChainedEntry(pk, at.replace(tzinfo=UTC), *rest).hash_after(last.hash))
            digests.append({"pk": pk, "digest": last.hash})
        connection.execute(chained, digests)
