"""The standard mixins, one module each: `MIXIN` as it comes, `mixin(Config(…))` to adapt it."""
