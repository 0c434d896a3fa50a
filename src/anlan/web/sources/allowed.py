"""Which folders and addresses sources may reach: only those the operator lists, else none.

ANLAN_SOURCE_FOLDERS=/srv/readings,N=/srv/north      N=...: only for sources of unit N and below
ANLAN_SOURCE_HOSTS=db.example:5432,N=127.0.0.1:1883
"""

from pathlib import Path

from django.conf import settings

from anlan.domain.errors import RefusedInput
from anlan.web.people.models import Unit


def folder_of(written: str, unit: Unit) -> Path:
    """The folder, where it is one of those listed or below. Errors: RefusedInput `sources.folder*`."""
    path = _inside(written, unit)
    if not path.is_dir():
        raise RefusedInput("sources.folder_missing", found=written[:200])
    return path


def file_of(written: str, unit: Unit) -> Path:
    """The file, where it lies in a listed folder. Errors: RefusedInput `sources.folder`, `.file_missing`."""
    path = _inside(written, unit)
    if not path.is_file():
        raise RefusedInput("sources.file_missing", found=written[:200])
    return path


def check_host(host: str, port: int, unit: Unit) -> None:
    """Errors: RefusedInput `sources.host` for an address that is not listed."""
    asked = f"{host.strip('[]').lower()}:{port}"
    if asked not in {
        each.replace("[", "").replace("]", "").lower() for each in _of(settings.SOURCE_HOSTS, unit)
    }:
        raise RefusedInput("sources.host", found=asked[:120])


def folders(unit: Unit) -> list[str]:
    """Folders that sources of the unit may read."""
    return _of(settings.SOURCE_FOLDERS, unit)


def _inside(written: str, unit: Unit) -> Path:
    """The path without links, where it is not outside. Whether it exists is told of listed places alone."""
    path = Path(written.replace("\0", "")).expanduser()
    real = Path(path.resolve())
    places = [Path(each).resolve() for each in folders(unit)]
    if not path.is_absolute() or not any(real.is_relative_to(place) for place in places):
        raise RefusedInput("sources.folder", found=written[:200])
    return real


def _of(entries: tuple[str, ...], unit: Unit) -> list[str]:
    """Entries for everybody and those of a unit that the unit is in."""
    found = []
    for entry in entries:
        code, has_unit, value = entry.partition("=")
        if not has_unit:
            found.append(entry)
        else:
            above = Unit.objects.filter(code=code.strip()).first()
            if above is not None and unit.path.startswith(above.path):
                found.append(value.strip())
    return found
