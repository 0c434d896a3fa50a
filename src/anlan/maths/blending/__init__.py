"""History and judgement in one distribution: prior, data, posterior, what they say of the next period."""
