"""Staff and rosters: from the arrivals of a process to a forecast, to staffing and to a roster."""
