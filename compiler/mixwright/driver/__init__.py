"""The stages put together, one job a file: load → passes → lint → emit, and load → passes → replay → score.

Everything heavy is imported where it is needed, so that compiling and linting start at once.
"""
