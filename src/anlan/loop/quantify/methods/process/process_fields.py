"""What is asked of a process, in the order it is asked; the same inputs describe a twin of a process.

Calibration writes these answers from a log, a design changes them, `process_inputs` makes a network of them.
"""

from anlan.domain.method import Field

MOST_MINUTES = 1e6
MOST_LEVEL = 9
ENOUGH = 100_000
"""So many people are as many as it takes: the pool stands for opening hours, and its use is not told."""
KINDS = ("task", "choice", "split", "some", "join")
"""Of steps: work; one way of several; all ways at once; each way by its own chance; where they meet."""
AT_STEPS = {
    "none": "nothing",
    "rework": "go_to",
    "repeat": "go_to",
    "drop": "drop",
    "found_later": "hide",
}
"""What a user says a risk at a step does -> the effect in the network."""
OVER_TIME = ("outage", "surge")
"""What risks do that come at a rate a week, whatever is done at the steps."""
EFFECTS = (*AT_STEPS, *OVER_TIME)
LOADS = ("none", "line_length", "busy_share")
ASSIGNS = ("preferred", "fastest", "anyone")
"""Who of those who are free gets a case of a step."""
QUEUE_ORDERS = ("arrival", "shortest", "due", "random")
"""Who of a line is served first, within a level."""

STEPS = Field(
    "steps",
    "table",
    most=500,
    columns=(
        Field("name", "text"),
        Field("time", "estimate", default=None, low=0, high=MOST_MINUTES, unit="minute"),
        Field("pool", "text", default="", names=("pools",)),
        Field("promise", "number", default=None, above=0, high=MOST_MINUTES, unit="minute"),
        Field("patience", "number", default=None, above=0, high=MOST_MINUTES, unit="minute"),
        Field("cost", "number", default=0.0, low=0, high=1e9),
        Field("kind", "choice", default="task", choices=KINDS),
        Field("joins", "text", default="", names=("steps",)),
        Field("level", "integer", default=0, low=0, high=MOST_LEVEL),
        Field("longest_line", "integer", default=None, low=0, high=1_000_000),
        Field("gives_up_to", "text", default="", names=("steps",)),
        Field("batch", "integer", default=1, low=1, high=10_000),
        Field("batch_wait", "number", default=None, low=0, high=MOST_MINUTES, unit="minute"),
        Field("assign", "choice", default=ASSIGNS[0], choices=ASSIGNS),
    ),
)

WAYS = Field(
    "ways",
    "table",
    default=(),
    least=0,
    most=5_000,
    columns=(
        Field("from", "text", names=("steps",)),
        Field("to", "text", default="", names=("steps",)),
        Field("share", "number", default=1.0, low=0, high=1),
    ),
)

POOLS = Field(
    "pools",
    "table",
    default=(),
    least=0,
    most=200,
    columns=(
        Field("name", "text"),
        Field("people", "integer", default=1, low=1, high=ENOUGH),
        Field("cost_per_hour", "number", default=0.0, low=0, high=1e6),
        Field("speed", "number", default=1.0, low=1e-6, high=1_000),
        Field("interrupts", "flag", default=False),
        Field("suspends", "flag", default=False),
        Field("newest_first", "flag", default=False),
        Field("order", "choice", default="arrival", choices=QUEUE_ORDERS),
        Field("at_once", "integer", default=1, low=1, high=100),
        Field("slows", "number", default=0.0, low=0, high=1),
    ),
)

SKILLS = Field(
    "skills",
    "table",
    default=(),
    least=0,
    most=5_000,
    columns=(
        Field("pool", "text", names=("pools",)),
        Field("step", "text", names=("steps",)),
        Field("speed", "number", low=0, high=1_000),
    ),
)

SHIFTS = Field(
    "shifts",
    "table",
    default=(),
    least=0,
    most=2_000,
    columns=(
        Field("pool", "text", names=("pools",)),
        Field("first_day", "integer", default=1, low=1, high=7),
        Field("last_day", "integer", default=7, low=1, high=7),
        Field("from_hour", "number", low=0, below=24),
        Field("to_hour", "number", above=0, high=24),
        Field("people", "integer", low=1, high=ENOUGH),
    ),
)

CLASSES = Field(
    "classes",
    "table",
    default=(),
    least=0,
    most=20,
    columns=(
        Field("name", "text"),
        Field("share", "number", low=0, high=1),
        Field("level", "integer", default=0, low=0, high=MOST_LEVEL),
    ),
)

APPOINTMENTS = Field(
    "appointments",
    "table",
    default=(),
    least=0,
    most=500,
    columns=(
        Field("first_day", "integer", default=1, low=1, high=7),
        Field("last_day", "integer", default=7, low=1, high=7),
        Field("from_hour", "number", low=0, below=24),
        Field("to_hour", "number", default=None, above=0, high=24),
        Field("every", "number", default=None, low=1, high=1_440, unit="minute"),
        Field("cases", "integer", default=1, low=1, high=1_000),
        Field("class", "text", default="", names=("classes",)),
        Field("early", "number", default=0.0, low=0, high=1_440, unit="minute"),
        Field("late", "estimate", default=None, low=0, high=MOST_MINUTES, unit="minute"),
        Field("no_show", "number", default=0.0, low=0, below=1, unit="probability"),
    ),
)

COMPLAINTS = Field(
    "complaints",
    "record",
    default=None,
    columns=(
        Field("chance", "number", default=0.0, low=0, high=1, unit="probability"),
        Field("after", "number", default=0.0, low=0, high=MOST_MINUTES, unit="minute"),
        Field("more_per_hour", "number", default=0.0, low=0, high=1, unit="probability"),
        Field("if_lost", "number", default=0.0, low=0, high=1, unit="probability"),
        Field("cost", "number", default=0.0, low=0, high=1e9),
    ),
)

RISKS = Field(
    "risks",
    "table",
    default=(),
    least=0,
    most=40,
    columns=(
        Field("name", "text"),
        Field("step", "text", default="", names=("steps",)),
        Field("chance", "number", default=None, low=0, high=1, unit="probability"),
        Field("delay", "estimate", default=None, low=0, high=MOST_MINUTES, unit="minute"),
        Field("effect", "choice", default="none", choices=EFFECTS),
        Field("leads_to", "text", default="", names=("steps",)),
        Field("found_at", "text", default="", names=("steps",)),
        Field("cost", "number", default=0.0, low=0, high=1e9),
        Field("given", "text", default="", names=("risks",)),
        Field("factor", "number", default=None, low=0, high=1e6),
        Field("load", "choice", default="none", choices=LOADS),
        Field("load_from", "number", default=None, low=0, high=1e6),
        Field("load_slope", "number", default=None, low=0, high=1e6),
        Field("hours", "numbers", default=(), least=0, most=168, low=0, high=1e6),
        Field("per_week", "number", default=None, above=0, high=1_000, unit="per_week"),
        Field("pool", "text", default="", names=("pools",)),
        Field("people", "integer", default=None, low=1, high=ENOUGH),
        Field("times", "number", default=None, above=1, high=100),
    ),
)

FIELDS = (
    STEPS,
    WAYS,
    POOLS,
    SKILLS,
    SHIFTS,
    Field("arrivals", "numbers", most=168, low=0, high=1e6, unit="per_hour"),
    APPOINTMENTS,
    Field("together", "integer", default=1, low=1, high=1_000),
    Field("day_variation", "number", default=0.0, low=0, high=5),
    Field(
        "arrival_times", "numbers", default=(), least=0, most=100_000, low=0, high=520 * 10_080, unit="minute"
    ),
    CLASSES,
    Field("weeks", "number", default=4.0, above=0, high=520),
    Field("warm_up_weeks", "number", default=0.0, low=0, high=519),
    Field("cool_down_weeks", "number", default=None, low=0, high=520),
    Field("promise", "number", default=None, above=0, high=MOST_MINUTES, unit="minute"),
    COMPLAINTS,
    RISKS,
    Field("replications", "integer", default=30, low=2, high=1_000),
    Field("orders", "integer", default=0, low=0, high=1_000),
)
