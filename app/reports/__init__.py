"""What became of each notification: progress, counts, and every person's fate on every channel."""
