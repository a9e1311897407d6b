"""Where links lead, and what they carry there."""
