"""Details of findings: what is shown of a call besides its verdicts is found once, when the checks run."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Findings that are there have none; what they would tell is found anew when the call is shown."""
    op.add_column("finding", sa.Column("details", sa.LargeBinary(), nullable=True))
