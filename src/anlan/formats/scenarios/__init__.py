"""What a diagram needs to be simulated: times, people, hours, shares, as other programs write it.

`read_prosimos` reads the JSON of Prosimos, `read_qbp` the `qbp:` extension (BIMP) within a BPMN file. Both
give a `Scenario` by the ids of the diagram, and name what they could not carry over.
"""

from anlan.formats.scenarios.model import Scenario, Told, Worker
from anlan.formats.scenarios.prosimos import read_prosimos
from anlan.formats.scenarios.qbp import read_qbp

__all__ = ["Scenario", "Told", "Worker", "read_prosimos", "read_qbp"]
