"""The site map: every blueprint, and where it hangs."""

from flask import Blueprint

from app.admin.address_views import bp as addresses
from app.admin.health import bp as health
from app.admin.set_aside_views import bp as office_set_aside
from app.admin.settings_views import bp as school_settings
from app.admin.views import bp as admin
from app.demo.views import bp as demo
from app.drafts.views import bp as drafts
from app.identity.views import bp as identity
from app.inbox.bell_views import bp as inbox_bell
from app.inbox.views import bp as inbox
from app.library.views import bp as library
from app.live.views import bp as live
from app.mailer.webhook_views import bp as webhooks
from app.notifications.preview_views import bp as previews
from app.notifications.recurring.views import bp as recurring
from app.notifications.schedule_views import bp as schedule
from app.notifications.set_aside_views import bp as set_aside
from app.notifications.views import bp as notifications
from app.preferences.views import bp as preferences
from app.reports.resending_views import bp as resendings
from app.reports.views import bp as reports
from app.reports.withdrawal_views import bp as withdrawals
from app.roster.views import bp as roster
from app.settings import Settings


def blueprints(settings: Settings) -> list[tuple[Blueprint, str]]:
    """(blueprint, url prefix) of an installation; the demo's pages are not there in production."""
    pages = [
        (health, ""),
        (admin, "/admin"),
        (school_settings, "/admin/settings"),
        (office_set_aside, "/admin"),
        (set_aside, "/admin/set-aside"),
        (addresses, "/admin"),
        (identity, ""),
        (roster, ""),
        (preferences, ""),
        (inbox, "/inbox"),
        (inbox_bell, "/inbox"),
        (notifications, "/notifications"),
        (previews, "/notifications"),
        (schedule, "/notifications"),
        (recurring, "/notifications"),
        (reports, "/notifications"),
        (withdrawals, "/notifications"),
        (resendings, "/notifications"),
        (drafts, "/notifications/drafts"),
        (library, "/notifications/templates"),
        (live, "/live"),
        (webhooks, "/webhooks"),
    ]
    return pages if settings.production else [*pages, (demo, "/demo")]
