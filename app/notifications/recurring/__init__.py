"""Saying the same again and again: a rule, and a notification of its own each time."""
