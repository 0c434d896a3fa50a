"""A drawing as a picture of points, for programs that take no vectors."""

import math
import re

import typst

from anlan.formats.printing.pdf import fonts
from anlan.formats.report.markup import clean

_PAGE = """#set page(width: auto, height: auto, margin: 0pt)
#set text(font: "Noto Sans SC")
#image(bytes(sys.inputs.svg), format: "svg", width: float(sys.inputs.width) * 0.75pt)"""
"""0.75 pt are a pixel of a screen."""
SCALE = 2.0
"""Points of the picture for each pixel of the drawing, unless it is very large."""
_MOST_POINTS = 40e6
_SIZE = re.compile(r'<svg [^>]*?\bwidth="([0-9.]+)" height="([0-9.]+)"')


def size_of(svg: str) -> tuple[float, float]:
    """Width and height a drawing of ours asks for, in pixels of a screen."""
    found = _SIZE.match(svg)
    if found is None:
        raise ValueError(f"a drawing without its size: {svg[:80]}")
    return float(found[1]), float(found[2])


def scale_of(svg: str) -> float:
    """Points for each pixel of this drawing: fewer where the picture would not fit memory."""
    width, height = size_of(svg)
    return min(SCALE, math.sqrt(_MOST_POINTS / (width * height)))


def to_png(svg: str) -> bytes:
    """The drawing as PNG, `scale_of` points for each of its pixels. Equal drawings give equal bytes.

    Errors: RefusedInput where the font was not built.
    """
    width, _ = size_of(svg)
    content = typst.compile(
        _PAGE.encode(), font_paths=fonts(), ignore_system_fonts=True, format="png", ppi=96.0 * scale_of(svg),
        sys_inputs={"svg": clean(svg), "width": f"{width:g}"},
    )  # fmt: skip
    return bytes(content)
