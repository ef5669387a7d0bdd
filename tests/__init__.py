"""The tests: sentences about Belfry that could be false."""
