"""What was refused or given up stays until somebody has seen to it: sent again, or set aside."""

from sqlalchemy import update
from sqlmodel import Session

from securecare.access.actor import Actor
from securecare.access.errors import NotFound
from securecare.access.roles import Permission
from securecare.foundation import audit, clock
from securecare.foundation.columns import columns_of
from securecare.notices.models import NoticeRow

FAILED = ("failed", "dead")
_ROW = columns_of(NoticeRow)


def set_aside(session: Session, actor: Actor, notice_id: int) -> None:
    """Note that nothing more is to be done about one of them; twice is as good as once.

    Why it failed stays to be read; address and words go as those of any other that is done with.
    Raises `NotAllowed`, or `NotFound` for what has not failed.
    """
    actor.require_everywhere(Permission.RUN_JOBS)
    if _put_aside(session, actor, _ROW.id == notice_id):
        audit.record(session, actor, "notice.set_aside", ("notice", notice_id))
        return
    row = session.get(NoticeRow, notice_id)
    if row is None or row.state != "set_aside":
        raise NotFound("This notice")


def set_all_aside(session: Session, actor: Actor) -> int:
    """The same for all that failed by now; gives their number. Raises `NotAllowed`."""
    actor.require_everywhere(Permission.RUN_JOBS)
    changed = _put_aside(session, actor, _ROW.state.in_(FAILED))
    if changed:
        audit.record(session, actor, "notice.all_set_aside", ("notice", None), notices=changed)
    return changed


def _put_aside(session: Session, actor: Actor, which: object) -> int:
    changed = session.execute(
        update(NoticeRow)
        .where(_ROW.organization_id == actor.organization_id, _ROW.state.in_(FAILED), which)
        .values(state="set_aside", finished_at=clock.now())
        .returning(_ROW.id)
        .execution_options(synchronize_session=False)
    )
    return len(changed.all())
