"""What an expression cannot do, in rules and on panels."""
