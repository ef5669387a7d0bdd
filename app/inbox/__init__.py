"""The receiving side: what came in, what was read, what was confirmed."""
