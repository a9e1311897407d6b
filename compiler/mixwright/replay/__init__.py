"""Rules as Prometheus runs them: groups at their slots, alert states, and the series that rules write."""
