"""Forms of referral's pages, by subject: what staff type and tap, as typed values with errors in plain words."""
