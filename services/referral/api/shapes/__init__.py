"""What the API takes and gives, as pydantic models by subject; codes are those of the vocabulary."""
