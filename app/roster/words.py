"""What hats are called on a page."""

from dataclasses import dataclass
from uuid import UUID

from flask_babel import gettext as _
from flask_babel import ngettext

from app.catalogue.kinds import Role
from app.roster.kinds import Hat
from app.web.formats import initials


@dataclass(frozen=True)
class HatView:
    membership_id: UUID
    role: str
    role_words: str
    school_name: str
    school_initials: str


def hat_view(hat: Hat) -> HatView:
    return HatView(hat.membership_id, hat.role.value, role_words(hat), hat.school_name, initials(hat.school_name))


def role_words(hat: Hat) -> str:
    """ "School office", "Parent of 3 children"."""
    if hat.role is Role.PARENT:
        return str(ngettext("Parent of %(num)s child", "Parent of %(num)s children", hat.children))
    return str(
        {
            Role.ADMIN: _("School office"),
            Role.DISTRICT_ADMIN: _("District office"),
            Role.TEACHER: _("Teacher"),
            Role.STUDENT: _("Pupil"),
        }[hat.role]
    )
