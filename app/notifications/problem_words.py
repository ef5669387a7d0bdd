"""Why a draft cannot leave, in words at its field."""

from flask_babel import lazy_gettext as _l

from app.notifications.kinds import Problem

PROBLEMS = {
    ("category", "unknown"): _l("Choose what kind it is."),
    ("category", "stays"): _l("It corrects an emergency, so it is one."),
    ("corrects", "gone"): _l("What you want to correct is not there any more. Nothing was sent."),
    ("corrects", "already"): _l("Somebody has corrected it meanwhile. Nothing was sent. Look at its report."),
    ("scheduled_for", "correction"): _l("A correction never waits: choose “Now”."),
    ("title", "missing"): _l("Give it a title: it is what people see first."),
    ("title", "too_long"): _l("The title is too long: at most %(about)s letters."),
    ("body", "too_long"): _l("The text is too long: at most %(about)s letters."),
    ("title", "unfilled"): _l("Put in what %(about)s stands for: people would read it as it is."),
    ("body", "unfilled"): _l("Put in what %(about)s stands for: people would read it as it is."),
    ("priority", "unknown"): _l("Choose how important it is."),
    ("priority", "emergencies_only"): _l("Only an emergency has the priority of one."),
    ("expires_at", "unreadable"): _l("Give day and time, such as 2026-11-20T16:30."),
    ("expires_at", "too_far"): _l("This is more than ten years away: choose an earlier moment."),
    ("expires_at", "before_it_leaves"): _l("It would be over before it goes out: choose a later moment."),
    ("expires_at", "again"): _l("Leave this empty: each time is sent anew."),
    ("when", "again"): _l("This is sent again and again: choose that, or end it on its own page."),
    ("when", "once"): _l("This one goes out once: choose “Now” or “Later”."),
    ("when", "not_again"): _l("Only announcements and reminders can be sent again and again."),
    ("days", "missing"): _l("Choose at least one day."),
    ("at", "no_time"): _l("Give a time, such as 07:30."),
    ("starts_on", "no_day"): _l("Give a day, such as 2026-11-30."),
    ("starts_on", "past"): _l("This day is over already: choose today or a later one."),
    ("starts_on", "too_far"): _l("This is more than two years away: choose an earlier day."),
    ("starts_on", "never"): _l("By this rule it would never be sent: look at its days, its end and what is left out."),
    ("until_on", "no_day"): _l("Give a day, such as 2026-11-30."),
    ("until_on", "before_it_starts"): _l("This is before the first day: choose a later one."),
    ("times", "no_number"): _l("Give a number of times, such as 10."),
    ("times", "not_so_often"): _l("Give a number from 1 to %(about)s."),
    ("skip_from", "no_day"): _l("Give each day such as 2026-12-24, or leave it empty."),
    ("skip_from", "wrong_way"): _l("The last day must be the first or a later one, at most 200 days after it."),
    ("skip_from", "too_many"): _l("Leave out at most %(about)s spans of days."),
    ("scheduled_for", "now_or_later"): _l("You chose “Now” and gave a moment too: empty this, or choose “Later”."),
    ("scheduled_for", "missing"): _l("Give the day and the time at which it goes out."),
    ("scheduled_for", "unreadable"): _l("Give day and time, such as 2026-11-20T16:30."),
    ("scheduled_for", "past"): _l("This moment is over already: choose a later one, or send it now."),
    ("scheduled_for", "too_far"): _l("This is more than two years away: choose an earlier moment."),
    ("scheduled_for", "emergency"): _l("An emergency never waits: choose “Now”, or another kind."),
    ("include", "nobody"): _l("Nobody is in this audience now. Nothing was sent."),
    ("expires_at", "past"): _l("This moment is over already: choose a later one."),
    ("link", "no_link"): _l("Begin the address with https:// or with a / of this site."),
    ("include", "missing"): _l("Choose who it is for."),
    ("include", "too_many"): _l("Choose at most %(about)s groups and people."),
    ("school_name", "wrong"): _l("This is not the name of the school. Nothing was sent."),
    ("idempotency_key", "too_long"): _l("The idempotency key is too long: at most %(about)s letters."),
}
TERMS = {
    "unknown": _l("“%(about)s” names no group of people."),
    "not_in_school": _l("“%(about)s” is not in your school."),
}


def problem_words(problem: Problem) -> str:
    """The words of one, with what it is about in its place."""
    found = PROBLEMS.get((problem.field, problem.reason)) or TERMS[problem.reason]
    return str(found) % {"about": problem.about}
