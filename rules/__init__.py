"""Alert families: functions from a few parameters to alerts with the guards that experience asks for.

Every family is plain PromQL that any Prometheus from 2.42 on evaluates, without feature flags. Take
one, pass the selectors of your own metrics, and put what it returns into a `RuleGroup`.
"""
