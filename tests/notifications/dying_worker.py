"""A worker of the bulk lane that dies (FAIL_AFTER_COMMIT) behind the first piece it wrote: run it as a process."""

from app import create_app
from app.notifications import fan_out
from app.notifications.jobs import drain_bulk
from app.settings import Settings

if __name__ == "__main__":
    fan_out.AT_ONCE = {True: 4, False: 4}
    with create_app(Settings.from_env()).app_context():
        drain_bulk()
