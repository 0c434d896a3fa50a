"""Records of the register and of all that is said about its risks."""

from anlan.web.risks.models.assessing import NOT_COUNTING, STAGES, Assessment, Review
from anlan.web.risks.models.bow_tie import BARRIER_KINDS, BARRIER_STATES, SIDES, Barrier, BowTie, BowTieLine
from anlan.web.risks.models.criteria import Appetite, Criteria
from anlan.web.risks.models.identifying import Candidate, Identification
from anlan.web.risks.models.importing import RegisterImport
from anlan.web.risks.models.register import (
    CATEGORIES,
    PHASES,
    SOURCES,
    Comment,
    CustomField,
    Risk,
    SavedView,
    Watch,
)
from anlan.web.risks.models.worksheets import Worksheet, WorksheetRow
from anlan.web.risks.models.workshops import ExpertAnswer, Invitation, Workshop, WorkshopItem

__all__ = [
    "Appetite", "Assessment", "BARRIER_KINDS", "BARRIER_STATES", "Barrier", "BowTie", "BowTieLine",
    "CATEGORIES", "Candidate", "Comment", "Criteria", "CustomField", "ExpertAnswer",
    "Identification", "Invitation", "NOT_COUNTING", "PHASES", "RegisterImport", "Review", "Risk",
    "SIDES", "SOURCES", "STAGES", "SavedView", "Watch", "Workshop", "WorkshopItem", "Worksheet",
    "WorksheetRow",
]  # fmt: skip
