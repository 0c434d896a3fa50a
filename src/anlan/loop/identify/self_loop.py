"""Self-loop: a step is done again at once.

Finds: activities that directly follow themselves in a case.
Evidence: finished cases with such a repetition last longer than finished cases with the same
activity and none, compared inside strata of the column most associated with it (van Elteren).
Effect: ratio of median case durations (`median_ratio`), at least 1.2; at least 1 % of the cases.
Delay: the time from one execution to its direct repetition that is beyond the normal of the step,
summed over the case.
Misleads: systems that log every saving of a form write self-loops without any work being done twice;
where over half of all events are self-loops the note `state_updates` says so. Repetitions at the very
same time are not counted here but by `data_quality`.
"""

import numpy as np

from anlan.loop.identify.context import IdentifyContext
from anlan.loop.identify.evidence import Candidates
from anlan.loop.identify.repeats import repeats_that_cost_time

CODE = "self_loop"
CATEGORY = "process"
MINIMUM = 1.2
_MOSTLY = 0.5


def find(context: IdentifyContext) -> Candidates:
    previous = context.visits.previous
    again = (previous >= 0) & (previous == np.arange(len(previous)) - 1)
    again &= context.log.end_us > context.log.end_us[np.maximum(previous, 0)]
    notes = ("state_updates",) if again.mean() > _MOSTLY else ()
    return repeats_that_cost_time(context, again, code=CODE, category=CATEGORY, minimum=MINIMUM, notes=notes)
