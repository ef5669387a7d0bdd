"""Dashboards: they only read. Their buttons post to the context that owns the thing."""
