"""What the catalogue knows of the metrics that rules and panels read."""
