"""Keycloak as Brug runs it: its realm, where the program comes from, how one runs on this machine, and its people."""
