"""What a backtest says, for a terminal, a program, a pull request and a browser."""
