"""Suppressions that say nothing or do nothing."""
