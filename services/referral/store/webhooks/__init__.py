"""SQL that writes webhooks: what can be told, to which addresses, and each telling."""
