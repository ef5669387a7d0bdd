"""Where the fixtures come from. Each module's first lines say what it offers."""

pytest_plugins = [
    "tests.support.fixtures_ground",
    "tests.support.fixtures_people",
    "tests.support.fixtures_site",
]
