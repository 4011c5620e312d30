"""docker-compose.yml as an operator runs it: `make test-compose`."""
