"""Apache Kafka itself, as a city would run it: `make test-kafka`."""
