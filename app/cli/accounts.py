"""Commands about accounts."""

import click
from flask.cli import AppGroup

from app.catalogue.kinds import Role
from app.identity import accounts
from app.identity.errors import NameTakenError
from app.identity.passwords import hash_password
from app.kernel.unit_of_work import unit_of_work
from app.roster import people
from app.roster.queries import schools_called

group = AppGroup("accounts", help="Make and change accounts.")


@group.command("create-admin")
@click.argument("email")
@click.option("--name", prompt="Name of the person", help="As people know them.")
@click.option("--school", "school_name", prompt="Name of the school", help="Made, with a district, when there is none.")
@click.password_option(help="At least 15 characters.")
def create_admin(email: str, name: str, school_name: str, password: str) -> None:
    """Make an admin of a school: the first person of a new installation."""
    if len(password) < 15:
        raise click.BadParameter("a password of staff has at least 15 characters", param_hint="--password")
    if not name.strip() or not school_name.strip():
        raise click.BadParameter("a name cannot be empty", param_hint="--name, --school")
    password_hash = hash_password(password)
    with unit_of_work():
        schools = schools_called(school_name)
        if len(schools) > 1:
            raise click.ClickException(f"{len(schools)} schools are called {school_name}: make this admin by hand")
        school = schools[0] if schools else people.found(school_name)
        try:
            account = accounts.create(school.district_id, name, email, password_hash=password_hash, email=email)
        except NameTakenError as error:
            raise click.ClickException(f"{error} signs in here already") from error
        people.join(account, school, Role.ADMIN)
    click.echo(f"{name} may now sign in as {email} and is an admin of {school_name}.")
