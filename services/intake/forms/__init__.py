"""HTTP forms and what they become: typed values, and refusals as words beside a field."""
