"""What every app stands on: the audit chain, scoped records, texts in two languages, the page's frame."""
