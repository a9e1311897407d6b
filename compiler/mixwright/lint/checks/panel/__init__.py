"""What a reader of a panel misses."""
