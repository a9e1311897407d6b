"""Labels that rules set, and what else sets them."""
