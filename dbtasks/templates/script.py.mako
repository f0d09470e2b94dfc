<%!
    def quoted(value):
        """Write a value as Python does, in double quotes where that needs no escape."""
        written = repr(value)
        return written if '"' in written else written.replace("'", '"')
%>\
"""${message}

Revision: ${up_revision}
Follows: ${down_revision or "base" | comma,n}
Written: ${create_date.strftime("%Y-%m-%d %H:%M")}
"""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op
% if imports:
${imports}
% endif

revision: str = ${quoted(up_revision)}
down_revision: str | Sequence[str] | None = ${quoted(down_revision)}
branch_labels: str | Sequence[str] | None = ${quoted(branch_labels)}
depends_on: str | Sequence[str] | None = ${quoted(depends_on)}


def upgrade() -> None:
    ${upgrades if upgrades else "pass"}


def downgrade() -> None:
    ${downgrades if downgrades else "pass"}
