"""Stored logs: encoded once, in 64 buckets, addressed by what they were read from."""

from anlan.formats.log_store.manifest import Manifest, Part
from anlan.formats.log_store.store import LogStore
from anlan.formats.log_store.stored_log import StoredLog
from anlan.formats.log_store.verifying import Damage

__all__ = ["Damage", "LogStore", "Manifest", "Part", "StoredLog"]
