"""SQL that reads, for pages and API; opens what is sealed, for an actor with a ground, after the look is recorded."""
