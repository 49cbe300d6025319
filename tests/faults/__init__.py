"""Faults of nodes and services of a cluster under load: ./dev faults."""
