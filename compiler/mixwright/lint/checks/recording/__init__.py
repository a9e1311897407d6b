"""What recording rules record for nobody, twice, or under a strange name."""
