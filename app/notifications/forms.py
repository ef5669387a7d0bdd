"""What somebody typed becomes a draft, or problems at the fields."""

from collections.abc import Iterable

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, HiddenField, SelectField, SelectMultipleField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # younger than its stubs
from wtforms.widgets import DateTimeLocalInput

from app.catalogue.kinds import Category, Priority
from app.library.kinds import Ready
from app.notifications.choices import whole_school
from app.notifications.errors import DraftRefusedError
from app.notifications.kinds import Audience, Draft, Problem, Timing, When
from app.notifications.problem_words import problem_words
from app.notifications.reading import one_of, read_end, read_id, read_moment, terms
from app.notifications.recurring.forms import AgainFields
from app.notifications.roll import Roll
from app.notifications.rules import MOST_TERMS, is_same_name
from app.preferences import zones
from app.roster.kinds import Hat
from app.web.texts import clean, one_line

KEY_LENGTH = 100
NO = (False, "", "0", "false")
CARRIED = (
    "category",
    "priority",
    "title",
    "body",
    "link",
    "when",
    "scheduled_for",
    "scheduled_zone",
    "expires_at",
    "idempotency_key",
    "corrects",
)
LISTED = ("include", "exclude")
PRIORITIES = [
    SelectChoice(Priority.LOW.value, _l("Low")),
    SelectChoice(Priority.NORMAL.value, _l("Normal")),
    SelectChoice(Priority.HIGH.value, _l("Important")),
]


class ComposeForm(AgainFields):
    """Only these fields are taken: who sends it, and for which school, comes from the session. In the page's order."""

    class Meta:
        csrf = False  # checked for every unsafe request in app/web/csrf.py

    category = StringField(_l("What kind is it?"), default=Category.ANNOUNCEMENT.value)
    include = SelectMultipleField(_l("Who is it for?"), choices=[], validate_choice=False)
    q = StringField(_l("Find a year group, a class or a person"))
    exclude = SelectMultipleField(_l("Left out"), choices=[], validate_choice=False)
    title = StringField(_l("Title"))
    body = TextAreaField(_l("Text"))
    link = StringField(_l("Link"))
    when = StringField(_l("When does it go out?"))
    scheduled_for = StringField(_l("Day and time"), widget=DateTimeLocalInput())
    scheduled_zone = HiddenField()
    requires_acknowledgement = BooleanField(_l("Ask people to confirm that they have read it"), false_values=NO)
    priority = SelectField(_l("How important is it?"), choices=PRIORITIES, default="normal", validate_choice=False)
    expires_at = StringField(_l("Until when does it hold?"), widget=DateTimeLocalInput())
    school_name = StringField(_l("Name of the school"))
    idempotency_key = HiddenField()
    corrects = HiddenField()
    shown = HiddenField()
    confirmed = BooleanField(_l("Send it now"), false_values=NO)

    def to_draft(self, time_zone: str) -> Draft:
        """The draft; moments without a zone are the school's. Raises DraftRefusedError for what cannot be read."""
        draft, problems = self.read(time_zone)
        if problems:
            raise DraftRefusedError(problems)
        return draft

    def read(self, time_zone: str) -> tuple[Draft, list[Problem]]:
        """What can be read of it, and what cannot: a preview shows the one whatever the other is."""
        problems: list[Problem] = []
        category = one_of(Category, self.category.data or "", "category", problems)
        if category is Category.SYSTEM:
            problems.append(Problem("category", "unknown", category.value))
        for field in LISTED:
            self._keep_some(field, problems)
        default = Priority.EMERGENCY if category is Category.EMERGENCY else Priority.NORMAL
        priority = one_of(Priority, self.priority.data or default.value, "priority", problems)
        draft = Draft(
            category=category or Category.ANNOUNCEMENT,
            priority=default if category is Category.EMERGENCY else priority or default,
            title=one_line(self.title.data),
            body=clean(self.body.data).strip(),
            audience=Audience(
                terms(self.include.data, "include", problems),
                terms(self.exclude.data, "exclude", problems),
                read_id(self.corrects.data, "corrects", problems),
            ),
            link=clean(self.link.data).strip() or None,
            expires_at=read_end(self.expires_at.data, time_zone, problems),
            requires_acknowledgement=self.requires_acknowledgement.data,
            timing=self._timing(time_zone, problems),
        )
        if len(self.key or "") > KEY_LENGTH:
            problems.append(Problem("idempotency_key", "too_long", str(KEY_LENGTH)))
        return draft, problems

    @property
    def chosen_when(self) -> When:
        """What was chosen; a moment that is given without a choice is one."""
        if self.when.data in set(When):
            return When(self.when.data)
        return When.LATER if clean(self.scheduled_for.data).strip() else When.NOW

    def _timing(self, time_zone: str, problems: list[Problem]) -> Timing | None:
        """When it is to leave, and what the school's clocks make of it; None for now."""
        text = clean(self.scheduled_for.data).strip()
        if self.chosen_when is When.AGAIN:
            return None
        if self.chosen_when is When.NOW:
            # To guess wrong would send to hundreds of people what was meant for next week.
            problems += [Problem("scheduled_for", "now_or_later")] if text else []
            return None
        if not text:
            problems.append(Problem("scheduled_for", "missing"))
            return None
        return read_moment(text, self.zone(time_zone), "scheduled_for", problems)

    def zone(self, time_zone: str) -> str:
        """Whose clock was shown beside the field: what was chosen by it stays, whatever the school's zone is by now."""
        return zones.find(self.scheduled_zone.data or "") or time_zone

    def _keep_some(self, field: str, problems: list[Problem]) -> None:
        """A page of 50,000 groups would come back as one of megabytes."""
        if len(self[field].data or ()) > MOST_TERMS:
            problems.append(Problem("include", "too_many", str(MOST_TERMS)))
            self[field].data = self[field].data[:MOST_TERMS]

    def is_sure(self, draft: Draft, school_name: str) -> bool:
        """Whether it was confirmed; for an emergency also by typing the school's name, else that is a problem."""
        if not self.confirmed.data:
            return False
        if draft.category is Category.EMERGENCY and not is_same_name(self.school_name.data or "", school_name):
            self.add([Problem("school_name", "wrong")])
            return False
        return True

    def add(self, problems: Iterable[Problem]) -> None:
        """Put problems where they are seen: at their field or, for a hidden one, above the form."""
        for problem in problems:
            field, words = self[problem.field], problem_words(problem)
            if isinstance(field, HiddenField):
                self.form_errors.append(words)
            field.errors = [*field.errors, words]

    @property
    def is_written(self) -> bool:
        """Whether a title or a text stands in it that somebody would miss."""
        return bool(clean(self.title.data).strip() or clean(self.body.data).strip())

    def take_over(self, ready: Ready, hat: Hat) -> None:
        """Put a ready text in; who it is for stays. A ready alarm that is for nobody yet is for the whole school."""
        said = ready.words
        self.category.data, self.title.data, self.body.data = said.category.value, said.title, said.body
        if said.category is Category.EMERGENCY and not self.include.data and (everybody := whole_school(hat)):
            self.include.data = [everybody]

    @property
    def key(self) -> str | None:
        """What tells a repetition from a second sending; None when there is none to tell by."""
        return clean(self.idempotency_key.data).strip() or None

    @property
    def roll(self) -> Roll | None:
        """Those whom the page that asked has shown. What cannot be read was shown by another release: it is nobody."""
        return (Roll.parse(self.shown.data) or Roll.of([])) if self.shown.data else None

    @property
    def carried(self) -> list[tuple[str, str]]:
        """All that was typed, for the hidden fields of the page that asks whether to send it."""
        texts = [(name, self[name].data or "") for name in CARRIED]
        lists = [(name, text) for name in LISTED for text in self[name].data or ()]
        again = self.carried_again if self.chosen_when is When.AGAIN else []
        return (
            texts + lists + again + ([("requires_acknowledgement", "y")] if self.requires_acknowledgement.data else [])
        )
