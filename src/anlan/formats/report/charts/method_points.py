"""Points over two axes: Morris effects, how a simulation settled, observed against expected losses."""

from collections.abc import Mapping
from typing import Any

from anlan.formats.report.charts.plot_area import HEIGHT, WIDTH, plot_area
from anlan.formats.report.drawing import SMALL, fitted, frame, label, line, polyline
from anlan.formats.report.markup import el
from anlan.formats.report.tokens import Palette, Theme
from anlan.formats.report.words import Language, Words


def morris_chart(data: Mapping[str, Any], *, language: Language, theme: Theme = "light") -> str:
    """mu* across, sigma up; below the dashed lines an input acts in a straight line (0.1) or one way (0.5).

    data: points (name, mu, mu_star, sigma), the largest mu* first.
    """
    words, palette = Words(language), Palette(theme)
    points = data["points"]
    sigmas = [p["sigma"] for p in points]
    area = plot_area([0.0, points[0]["mu_star"] * 1.15], [0.0, *sigmas, points[0]["mu_star"] / 2])
    guides = []
    for slope in (0.1, 0.5):
        end = min(area.x.high, area.y.high / slope)
        start, stop = area.at((0.0, 0.0)), area.at((end, slope * end))
        guides.append(line(*start, *stop, stroke=palette["line2"], stroke_width=1.2, stroke_dasharray="5 3"))
        text = words("method_charts.morris.guide", slope=slope)
        guides.append(
            label(
                text, x=stop[0] - 4, y=stop[1] - 8, fill=palette["ink3"], font_size=SMALL, text_anchor="end"
            )
        )
    marks = []
    for p in points:
        x, y = area.at((p["mu_star"], p["sigma"]))
        left = x > (area.x.start + area.x.end) / 2
        marks.append(el("circle", cx=x, cy=y, r=4.5, fill=palette["teal"]))
        marks.append(
            label(fitted(p["name"], 130, size=SMALL), x=x - 8 if left else x + 8, y=y, fill=palette["ink"],
                  font_size=SMALL, text_anchor="end" if left else "start")
        )  # fmt: skip
    first = points[0]
    return frame(
        WIDTH,
        HEIGHT,
        area.ground(
            words,
            palette,
            across=words("method_charts.morris.across"),
            up=words("method_charts.morris.up"),
        ),
        guides,
        marks,
        title=words("method_charts.morris.title"),
        text=words(
            "method_charts.morris.text",
            name=first["name"],
            mu_star=words.number(first["mu_star"]),
            sigma=words.number(first["sigma"]),
            n=len(points),
        ),
        theme=theme,
    )  # fmt: skip


def convergence_chart(data: Mapping[str, Any], *, language: Language, theme: Theme = "light") -> str:
    """The mean and the CVaR over the first years simulated, with their 95 % bands.

    data: checkpoints (years, mean, mean_low, mean_high, cvar, cvar_low, cvar_high), level.
    """
    words, palette = Words(language), Palette(theme)
    at = data["checkpoints"]
    years = [each["years"] for each in at]
    highest = [each[f"{name}_high"] for each in at for name in ("mean", "cvar")]
    area = plot_area([years[0], years[-1]], [0.0, *highest], log_x=True)
    drawn = []
    # the mean is never above the CVaR: its name stands below its line, so that names do not meet
    for name, colour, beside in (("mean", palette["slate"], 13), ("cvar", palette["teal"], -12)):
        drawn.append(
            area.band(
                [(each["years"], each[f"{name}_low"]) for each in at],
                [(each["years"], each[f"{name}_high"]) for each in at],
                fill=colour,
            )
        )
        places = [area.at((each["years"], each[name])) for each in at]
        if len(places) > 1:
            drawn.append(polyline(places, stroke=colour, stroke_width=2))
        x, y = places[-1]
        text = words(f"method_charts.convergence.{name}", level=data["level"])
        drawn.append(label(text, x=x - 2, y=y + beside, fill=colour, font_size=SMALL, text_anchor="end"))
    last = at[-1]
    return frame(
        WIDTH,
        HEIGHT,
        area.ground(
            words,
            palette,
            across=words("method_charts.convergence.across"),
            up=words("method_charts.convergence.up"),
        ),
        drawn,
        title=words("method_charts.convergence.title"),
        text=words(
            "method_charts.convergence.text",
            years=int(last["years"]),
            cvar=words.number(last["cvar"]),
            low=words.number(last["cvar_low"]),
            high=words.number(last["cvar_high"]),
        ),
        theme=theme,
    )  # fmt: skip


def qq_chart(data: Mapping[str, Any], *, language: Language, theme: Theme = "light") -> str:
    """Observed losses over the quantiles of the fit, both logarithmic; on the line where they agree.

    data: points (expected, observed, and low, high where there is a band), family, unit.
    """
    words, palette = Words(language), Palette(theme)
    points = [p for p in data["points"] if p["expected"] > 0 and p["observed"] > 0]
    values = [value for p in points for value in (p["expected"], p["observed"])]
    area = plot_area(values, values, log_x=True, log_y=True)
    with_band = [p for p in points if "low" in p]
    band = (
        area.band(
            [(p["expected"], p["low"]) for p in with_band], [(p["expected"], p["high"]) for p in with_band],
            fill=palette["slate"],
        )
        if len(with_band) > 1
        else None
    )  # fmt: skip
    ends = [area.at((end, end)) for end in (min(values), max(values))]
    outside = sum(not p["low"] <= p["observed"] <= p["high"] for p in with_band)
    told = [words("method_charts.qq.text", n=len(points), family=words(f"method_charts.qq.{data['family']}"))]
    if with_band:
        told.append(words("method_charts.qq.outside", n=outside))
    return frame(
        WIDTH,
        HEIGHT,
        area.ground(words, palette, across=words("method_charts.qq.across"), up=words("method_charts.qq.up")),
        band,
        line(*ends[0], *ends[1], stroke=palette["ink3"], stroke_width=1.2),
        [
            el("circle", cx=x, cy=y, r=3, fill=palette["teal"], fill_opacity="0.75")
            for x, y in (area.at((p["expected"], p["observed"])) for p in points)
        ],
        title=words("method_charts.qq.title"),
        text=words.sentences(told),
        theme=theme,
    )
