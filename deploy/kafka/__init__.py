"""Apache Kafka: its jars, and who may do what on it. Brokers of the tests are started in tests/kafka."""
