"""A school with one person in it, for tests that need no more than somebody to sign in."""

from app.catalogue.kinds import Role
from app.identity import accounts
from app.identity.kinds import Device, DeviceType
from app.identity.models import Account
from app.identity.passwords import hash_password
from app.kernel.unit_of_work import unit_of_work
from app.roster import people

PASSWORD = "three calm bells at noon"
PASSWORD_HASH = hash_password(PASSWORD)
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0"
LAPTOP = Device(DeviceType.WEB, "a" * 64, FIREFOX, "127.0.0.1")


def somebody(name: str = "sam@example.org", role: Role = Role.TEACHER) -> Account:
    """An account with PASSWORD and a membership."""
    with unit_of_work():
        school = people.found(f"School of {name}")
        account = accounts.create(
            school.district_id, "Sam Sample", name, password_hash=hash_password(PASSWORD), email=name
        )
        people.join(account, school, role)
    return account
