"""Districts and schools, and who is what in them."""
