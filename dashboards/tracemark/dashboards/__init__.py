"""Grafana boards: builders, the generated JSON, provisioning and deployment."""
