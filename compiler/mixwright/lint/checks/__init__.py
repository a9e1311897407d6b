"""The checks: one subject a folder, one pattern a file; a file added here is a check."""
