"""What somebody has begun to write: kept for them alone until they send it or throw it away."""
