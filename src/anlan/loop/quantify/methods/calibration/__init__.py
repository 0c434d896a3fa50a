"""Whether assessments came true as often as they said."""
