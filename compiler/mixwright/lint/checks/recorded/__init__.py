"""What a recording shows of rules and panels: `mixwright lint --recording`."""
