"""SQL that reads, for pages and API; the only place that opens what is sealed."""
