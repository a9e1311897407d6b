"""Dashboard hierarchies: one package for each kind of system, its signals beside its levels."""
