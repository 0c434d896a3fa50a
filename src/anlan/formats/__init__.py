"""Files in and out: event logs, packs, the log store, reports and workbooks."""
