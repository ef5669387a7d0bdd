"""Adding to the audit log, in the transaction of what it speaks of."""

from typing import Any
from uuid import UUID

from app.audit.models import AuditLine
from app.extensions import db
from app.web.logs import request_id


def record(
    action: str,
    *,
    subject_id: UUID | None = None,
    district_id: UUID | None = None,
    school_id: UUID | None = None,
    actor_id: UUID | None = None,
    session_id: UUID | None = None,
    **details: str | int | bool | None,
) -> None:
    """Note that ``actor_id`` did ``action``. Details are ids, codes and classes: never a name, address or text."""
    line: dict[str, Any] = {key: value for key, value in details.items() if value is not None}
    db.session.add(
        AuditLine(
            action=action,
            subject_id=subject_id,
            district_id=district_id,
            school_id=school_id,
            actor_id=actor_id,
            session_id=session_id,
            request_id=request_id(),
            details=line,
        )
    )
