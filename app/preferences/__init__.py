"""What each person wants to hear, by which way, and in which language."""
