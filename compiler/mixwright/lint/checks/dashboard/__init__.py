"""Where dashboards lead, and what they are called."""
