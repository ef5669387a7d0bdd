"""Ready texts: those that every school needs in an emergency, and those that a school has made its own."""
