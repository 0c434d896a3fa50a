"""What a source can be. A kind is a module with

SETTINGS   what is asked of whoever makes one
check      refuses settings that can never work
BEGINS_ANEW   settings whose change means that it is another source of data, taken from its begin
batches    what is new since the place where it was left, in parts that are taken one after the other
"""

from types import ModuleType

from anlan.web.sources.kinds import folder, sql

KINDS: dict[str, ModuleType] = {"folder": folder, "sql": sql}
