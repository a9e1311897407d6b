"""The choices that a dashboard offers."""
