"""How long pages take beside the query that they cannot do without, on a city's worth of rows: `make bench`."""
