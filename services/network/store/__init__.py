"""All SQL of the network service that writes, and that reads in order to write."""
