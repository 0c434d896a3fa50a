"""What all endpoints of `/api/v1` have in common: one error shape, paging, versions, repeats, limits."""
