"""The real parts that tests run on: databases, Valkey, a mail sink, a browser, and the people of the cast."""
