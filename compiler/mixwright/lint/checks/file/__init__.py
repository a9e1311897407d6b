"""Files that Prometheus or Grafana refuses."""
