"""The ready texts that come with Belfry, in the writer's language, and what is put in for their placeholders.

The five actions are those of the Standard Response Protocol, in our own words. Each says first what is so, then what to
do, then where the next news comes from: it is read by frightened people on small screens.
"""

from datetime import datetime
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_time
from flask_babel import get_locale
from flask_babel import lazy_gettext as _l

from app.catalogue.kinds import Category
from app.library.kinds import BuiltIn, Ready, Words
from app.library.models import MessageTemplate
from app.library.rules import filled
from app.roster.kinds import Hat
from app.web.localisation import written

_BUILT_IN = {
    BuiltIn.LOCKDOWN: (
        Category.EMERGENCY,
        _l("Lockdown"),
        _l("Lockdown at {school}"),
        _l(
            "Since {time} {school} is in lockdown: there is danger in or near the building.\n\n"
            "- **In school:** lock the door, turn off the light, stay out of sight, keep quiet. "
            "Open to nobody until the school or the police ends it here.\n"
            "- **Families:** stay away, and do not ring your child or the school. "
            "A phone that rings can give them away, and the lines must stay free.\n\n"
            "The next news comes here."
        ),
    ),
    BuiltIn.EVACUATION: (
        Category.EMERGENCY,
        _l("Evacuation"),
        _l("Evacuation: everybody leaves {school}"),
        _l(
            "At {time} everybody was told to leave {school} and to go to **{place}**.\n\n"
            "- **In school:** leave now, take nothing with you, stay with your class. Staff count their pupils there.\n"
            "- **Families:** keep the roads to the school free. Where and when to collect your child comes here.\n\n"
            "The next news comes here."
        ),
    ),
    BuiltIn.SHELTER: (
        Category.EMERGENCY,
        _l("Shelter"),
        _l("Shelter inside: {hazard}"),
        _l(
            "Because of {hazard}, everybody at {school} has taken shelter inside since {time}.\n\n"
            "- **In school:** go to your shelter area, away from windows, and stay there until it is ended here.\n"
            "- **Families:** your child is looked after. Please do not come now: the way is the danger.\n\n"
            "The next news comes here."
        ),
    ),
    BuiltIn.SECURE: (
        Category.EMERGENCY,
        _l("Secure"),
        _l("Doors are locked at {school}"),
        _l(
            "There is a danger outside, so since {time} all outer doors of {school} are locked. "
            "Inside, lessons go on.\n\n"
            "- **In school:** come inside. Nobody goes out and nobody is let in until it is ended here.\n"
            "- **Families:** your child is safe inside. Please wait with coming until you read here that you can.\n\n"
            "The next news comes here."
        ),
    ),
    BuiltIn.HOLD: (
        Category.EMERGENCY,
        _l("Hold"),
        _l("Hold: stay in your rooms"),
        _l(
            "Since {time} the corridors of {school} must be empty. It is no danger to those who are in their rooms.\n\n"
            "- **In school:** stay where you are, close the door, go on with the lesson. "
            "Whoever is in a corridor goes into the nearest room.\n"
            "- Bells and breaks do not count until it is ended here."
        ),
    ),
    BuiltIn.WEATHER: (
        Category.ANNOUNCEMENT,
        _l("Closed because of the weather"),
        _l("{school} is closed today because of the weather"),
        _l(
            "{school} is closed on {today} because of {reason}. There are no lessons, clubs or school buses.\n\n"
            "Whether we open tomorrow comes here this afternoon."
        ),
    ),
    BuiltIn.LATE_BUS: (
        Category.ANNOUNCEMENT,
        _l("Late bus"),
        _l("Bus {bus} is about {minutes} minutes late"),
        _l(
            "The school bus {bus} is about {minutes} minutes late on {today}, because of {reason}. "
            "Your child is looked after until it comes. You need not do anything."
        ),
    ),
}


def built_in() -> list[Ready]:
    """In the order in which they are offered."""
    return [
        Ready(key.value, Words(str(name), category, str(title), str(body)))
        for key, (category, name, title, body) in _BUILT_IN.items()
    ]


def own(text: MessageTemplate) -> Ready:
    return Ready(str(text.id), Words(text.name, text.category, text.title, text.body))


def ready_to_use(ready: Ready, hat: Hat, moment: datetime) -> Ready:
    """With all put in that can be known at ``moment``, by the clock of the school."""
    local, rules = moment.astimezone(ZoneInfo(hat.school_time_zone)), written(get_locale())
    values = {
        "school": hat.school_name,
        "today": format_date(local.date(), "full", rules),
        "time": format_time(local, "short", locale=rules),
    }
    words = ready.words
    return Ready(ready.key, Words(words.name, words.category, filled(words.title, values), filled(words.body, values)))
