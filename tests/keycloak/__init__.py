"""Brug with its staff at a real Keycloak; `make test-keycloak`."""
