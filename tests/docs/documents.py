"""Blocks of a document, to be run as they stand."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_FENCE = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_EXIT_CODE = re.compile(r"#\s*(?:exit code|退出码) (\d)\s*$")


@dataclass(frozen=True)
class Block:
    """A fenced block; `expected` are the lines of the `text` block that follows it."""

    kind: str
    code: str
    expected: tuple[str, ...] = ()


def runnable_blocks(document: Path) -> Iterator[Block]:
    """The `sh` and `python` blocks of a document, each with the output it promises."""
    fences = [(kind, code) for kind, code in _FENCE.findall(document.read_text(encoding="utf-8"))]
    for place, (kind, code) in enumerate(fences):
        if kind in ("sh", "python"):
            following = fences[place + 1 : place + 2]
            promised = following[0][1].splitlines() if following and following[0][0] == "text" else []
            yield Block(kind, code, tuple(promised))


def run_block(block: Block, *, folder: Path, environment: dict[str, str]) -> str:
    """Run a block in `folder`; a line that names an exit code must end with it, all others with 0."""
    words = [sys.executable, "-c", block.code] if block.kind == "python" else ["bash", "-c", _script(block)]
    done = subprocess.run(words, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{block.code}\n{done.stdout}\n{done.stderr}"
    assert "Traceback" not in done.stderr, done.stderr
    return done.stdout


def _script(block: Block) -> str:
    """The block as a script that stops at the first line that ends otherwise than it says."""
    lines = ["set -e -o pipefail"]
    for line in block.code.splitlines():
        named = _EXIT_CODE.search(line)
        if named:
            command = _EXIT_CODE.sub("", line).rstrip()
            lines.append(f'code=0; {command} || code=$?; test "$code" -eq {named[1]}')
        else:
            lines.append(line)
    return "\n".join(lines) + "\n"


def shell_environment(home: Path, **more: str) -> dict[str, str]:
    """As a reader has it after the set-up: `anlan` and `python` on the path, a home of its own; kernels
    that this process has compiled are taken from its cache."""
    import anlan

    del anlan  # importing it names the kernel cache
    kept = {name: value for name, value in os.environ.items() if not name.startswith("ANLAN_")}
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    return {**kept, "ANLAN_HOME": str(home), "PATH": path, "PYTHONUTF8": "1", **more}
