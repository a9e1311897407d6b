"""How a row looks at a thing."""
