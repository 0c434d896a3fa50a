"""What a run of identification is told: the promises, the clock's end, and how much is worth reporting."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from anlan.domain.design import Design


@dataclass(frozen=True)
class SlaSettings:
    """What was promised. Several may hold at once.

    case_limit_us: a case may take this long from its first moment to its last, judged once that time
    has passed; column: an attribute
    that says it per case (a flag kept/broken, a duration, or a due time; its last value counts);
    activity_limits_us: limit of one execution of an activity.
    """

    case_limit_us: int | None = None
    column: str | None = None
    activity_limits_us: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class IdentifySettings:
    """Everything the finders may be told; each default is stated in the report.

    as_of_us           moment of judgement, UTC microseconds; None = the last completion of the log
    reference_path     the steps as they should be, in order; None = the main behaviour of the log
    closing_activities activities a finished case may end with; None = learned from the log
    fdr                false-discovery rate kept, over the tests of a finder and over the finders
    min_cases          a group of fewer cases is not compared
    min_affected       a finding hits at least this many cases
    min_delay_share    a delay under this share of all time in the process (fixed waiting periods apart)
                       is not reported
    minimums           finder code -> smallest effect worth reporting, in the finder's own measure
    skip_attributes    columns never looked at as groups
    model              the process as designed, to hold the finished cases against; None = not done
    """

    as_of_us: int | None = None
    sla: SlaSettings | None = None
    reference_path: tuple[str, ...] | None = None
    closing_activities: tuple[str, ...] | None = None
    fdr: float = 0.05
    min_cases: int = 20
    min_affected: int = 10
    min_delay_share: float = 0.005
    minimums: Mapping[str, float] = field(default_factory=dict)
    skip_attributes: tuple[str, ...] = ()
    model: Design | None = None
