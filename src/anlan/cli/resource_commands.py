"""Commands about people and demand: forecast, staffing, roster."""

from anlan.cli.declaring import JSON, LANG, Command, Option, option


def resource_commands(reading: tuple[Option, ...]) -> tuple[Command, ...]:
    """reading: the options with which an event log is read."""
    return (_forecast(reading), _STAFF, _ROSTER)


def _forecast(reading: tuple[Option, ...]) -> Command:
    return Command(
        ("forecast",),
        "预测需求：逐时或逐日会来多少，附区间与回测",
        "forecast demand by hour or day, with limits and a trial on the past",
        (
            option("log", zh="事件日志（数案例的到达），或与 --counts 一起用的数表（CSV）",
                   en="event log (its cases are counted as they arrive), or with --counts a table (CSV)"),
            option("--counts", zh="文件是数表：每行一个数，前面可有时间", action="store_true",
                   en="the file is a table of counts: one number a line, with or without its time before"),
            option("--interval", zh="时段长度，分钟（默认 60；按日为 1440）", type=int, default=None,
                   metavar="MIN",
                   en="length of an interval in minutes (default 60; 1440 by day)"),
            option("--days", zh="预测几天（默认 7）", en="days to forecast (default 7)", type=int,
                   default=None, metavar="N"),
            option("--start", zh="数表没有时间时的第一天，如 2026-03-01", metavar="DATE",
                   en="first day of a table without times, e.g. 2026-03-01"),
            option("--holidays", zh="特殊日期，逗号分隔", en="special days, comma separated",
                   metavar="DATE,..."),
            *reading, LANG, JSON,
        ),
        "anlan.cli.resources:forecast",
    )  # fmt: skip


_STAFF = Command(
    ("staff",),
    "按服务承诺算每个时段要多少人",
    "how many people each interval needs for a promise of service",
    (
        option("--demand", required=True, metavar="FILE",
               zh="需求：anlan forecast --json 的结果，或数表（CSV，每个时段一个数）",
               en="demand: a result of anlan forecast --json, or a table of counts (CSV), one an interval"),
        option("--handling", required=True, type=float, metavar="SECONDS", zh="平均处理时长（秒）",
               en="mean handling time in seconds"),
        option("--share", type=float, default=None, metavar="SHARE", zh="要按时接通的比例（默认 0.8）",
               en="share to be served in time (default 0.8)"),
        option("--within", type=float, default=None, metavar="SECONDS", zh="多少秒以内（默认 20）",
               en="within so many seconds (default 20)"),
        option("--rule", choices=("wait", "leave", "lost"), default=None,
               zh="遇忙时：wait 一直等（默认），leave 等久会走，lost 当即流失",
               en="who finds all busy: wait (default), leave after a while, or lost at once"),
        option("--patience", type=float, default=None, metavar="SECONDS", zh="平均等多久会走（秒）",
               en="mean seconds after which those who wait leave"),
        option("--most-lost", type=float, default=None, metavar="SHARE", zh="最多流失比例",
               en="largest share that may leave or be lost"),
        option("--most-busy", type=float, default=None, metavar="SHARE", zh="忙碌占比上限",
               en="largest share of time at work"),
        option("--shrinkage", type=float, default=None, metavar="SHARE", zh="带薪不在岗占比",
               en="share of paid time not at work"),
        option("--interval", type=int, default=None, metavar="MIN", zh="数表的时段长度，分钟（默认 60）",
               en="length of an interval of the table in minutes (default 60)"),
        option("--first-hour", type=float, default=None, metavar="HOUR", zh="数表从几点开始（默认 0）",
               en="hour at which the table begins (default 0)"),
        option("--limits", action="store_true", zh="同时按预测的 80%% 上下限算人数",
               en="also the people at the 80 %% limits of the forecast"),
        LANG, JSON,
    ),
    "anlan.cli.resources:staff",
)  # fmt: skip

_ROSTER = Command(
    ("roster",),
    "按班次、技能、合同与请求排班",
    "plan a shift roster by skill, contract, rest and wishes",
    (
        option("spec",
               zh="排班的规格文件（method 为 shift_roster；见 anlan quantify --example shift_roster）",
               en="spec of the roster (method shift_roster; see anlan quantify --example shift_roster)"),
        option("--need", default=None, metavar="FILE", zh="需要：anlan staff --json 的结果",
               en="need: a result of anlan staff --json"),
        option("--time-limit", type=float, default=None, metavar="SECONDS", zh="最多算多久",
               en="longest search"),
        LANG, JSON,
    ),
    "anlan.cli.resources:roster",
)  # fmt: skip
