"""How groups evaluate their rules."""
