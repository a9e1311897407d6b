"""What keeps an alert from telling the right person the right thing."""
