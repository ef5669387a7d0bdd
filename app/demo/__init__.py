"""A district that reads as if alive, and stands still: for trying things out, never in production."""
