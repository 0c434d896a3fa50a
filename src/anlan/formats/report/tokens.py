"""The design's colours by name, light and dark, and how a chart refers to them.

A chart inside the report uses CSS variables, so the page's light, dark and print styles apply to it;
a chart on its own (a download, another page) carries the colours themselves.
"""

from typing import Literal

Theme = Literal["light", "dark", "page"]

_CHINESE = "'PingFang SC', 'HarmonyOS Sans SC', 'Microsoft YaHei', 'Noto Sans SC', 'Noto Sans CJK SC'"
FONTS = f"Inter, {_CHINESE}, sans-serif"

LIGHT = {
    "bg": "#F3F5F6", "surface": "#FFFFFF", "sunken": "#F5F7F8",
    "line": "#E2E7EA", "line2": "#C8D1D6", "field": "#83939C", "edge": "#C8D1D6",
    "ink": "#14232B", "ink2": "#3E515B", "ink3": "#5B6D77",
    "accent": "#0B6B74", "accent-soft": "#E1F0F1", "accent-ink": "#07525A",
    "red": "#C42B28", "red-soft": "#FBE8E6", "red-ink": "#8C1714", "red-cell": "#F2C6C2",
    "orange": "#E36F0B", "orange-soft": "#FDEEDF", "orange-ink": "#853C00", "orange-cell": "#FADBBB",
    "yellow": "#E3B100", "yellow-soft": "#FFF6D6", "yellow-ink": "#664E00", "yellow-cell": "#FBEFBE",
    "yellow-edge": "#937200",
    "blue": "#2E6DC2", "blue-soft": "#E6EFFA", "blue-ink": "#1B4A8A", "blue-cell": "#D3E2F5",
    "grey": "#5B6D77", "grey-soft": "#F5F7F8", "grey-ink": "#3E515B", "grey-cell": "#EDF1F3",
    "wait1": "#F8F6FC", "wait2": "#E9E3F4", "wait3": "#D3C7EA", "wait4": "#B6A3DB",
    "rework": "#A3276F",
    "teal": "#0B6B74", "slate": "#6B7F8A", "plum": "#8A5A9E", "ochre": "#B58A3C",
}  # fmt: skip

DARK = {
    "bg": "#0C1318", "surface": "#131C22", "sunken": "#0F171C",
    "line": "#223038", "line2": "#33444E", "field": "#6C808B", "edge": "#4A5E6A",
    "ink": "#E4ECF0", "ink2": "#B7C5CD", "ink3": "#8FA0AA",
    "accent": "#62C3C8", "accent-soft": "#12333A", "accent-ink": "#A5E0E2",
    "red": "#F26D63", "red-soft": "#3B1B1A", "red-ink": "#FFB9B2", "red-cell": "#642D2A",
    "orange": "#F39A42", "orange-soft": "#382613", "orange-ink": "#FFCF9C", "orange-cell": "#573A1A",
    "yellow": "#EBCB45", "yellow-soft": "#322B0F", "yellow-ink": "#F5E08C", "yellow-cell": "#4B4219",
    "yellow-edge": "#EBCB45",
    "blue": "#6FA6EC", "blue-soft": "#152942", "blue-ink": "#B0CFF8", "blue-cell": "#20395A",
    "grey": "#8FA0AA", "grey-soft": "#0F171C", "grey-ink": "#B7C5CD", "grey-cell": "#1C272E",
    "wait1": "#1D1C2C", "wait2": "#2E2A48", "wait3": "#453E6C", "wait4": "#675C9C",
    "rework": "#E583BC",
    "teal": "#62C3C8", "slate": "#93A6B1", "plum": "#BE97D2", "ochre": "#D9B56B",
}  # fmt: skip


class Palette:
    """Colours of one theme: `palette["ink"]` is what a `fill` or `stroke` takes."""

    def __init__(self, theme: Theme) -> None:
        self._colours = {"light": LIGHT, "dark": DARK}.get(theme)

    def __getitem__(self, name: str) -> str:
        if self._colours is not None:
            return self._colours[name]
        if name not in LIGHT:
            raise KeyError(name)
        return f"var(--{name})"


def variables(colours: dict[str, str]) -> str:
    """The colours as declarations of CSS variables."""
    return "".join(f"--{name}:{value};" for name, value in colours.items())
