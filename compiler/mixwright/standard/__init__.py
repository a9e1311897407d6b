"""The standard mixins with the rule families and dashboard hierarchies that they are made of."""
