"""The form of an indicator: questions of a person, answered as the document of a definition."""

from typing import Any

from django import forms
from django.db.models import QuerySet

from anlan.loop.monitor import detectors
from anlan.loop.monitor.definitions import DIRECTIONS, KINDS, LEVELS, PERSPECTIVES
from anlan.loop.monitor.measures import UNITS
from anlan.maths.control_charts.run_rules import RULE_SETS
from anlan.web.catalog.models import Node, Process, ProcessVersion
from anlan.web.common.texts import in_language, text
from anlan.web.monitoring.models import Indicator
from anlan.web.monitoring.services.indicators import EDIT
from anlan.web.people.models import Unit, User
from anlan.web.people.permissions import in_scope, units_of
from anlan.web.risks.models import Risk

GRAINS = (60, 300, 600, 1800, 3600, 86_400, 604_800)
_MINUTE = 60
_ENDS = ("fire", "clear", "size")
"""What is asked for a level: where it fires and clears, and its distance from what is usual."""
ASKED = {
    "chart": ("centre", "spread", "rules", "detector_level"),
    "ewma": ("centre", "spread", "weight", "width", "detector_level"),
    "cusum": ("centre", "spread", "k", "h", "detector_level"),
    "seasonal": ("weeks",),
    "rate": ("per",),
    "flat_line": ("flat_readings", "tolerance", "detector_level"),
}
"""Fields of the form that each detector asks for, beside the sizes of levels."""


BETWEEN = "|"
"""Between the code of a process and the key of a node."""


class NodesField(forms.MultipleChoiceField):
    """Browsers send each line break of a value as two characters; keys of nodes have one."""

    def to_python(self, value: Any) -> list[str]:
        return [each.replace("\r\n", "\n") for each in super().to_python(value)]


class IndicatorForm(forms.Form):
    """document(): the definition; facts(): the rest. Times are asked in minutes, shares in per cent."""

    name = forms.CharField(max_length=120)
    name_en = forms.CharField(max_length=120, required=False)
    unit = forms.ModelChoiceField(Unit.objects.none(), to_field_name="code")
    process = forms.ModelChoiceField(Process.objects.none(), to_field_name="code", required=False)
    nodes = NodesField(required=False, widget=forms.SelectMultiple({"size": 6}))
    kind = forms.ChoiceField()
    measure = forms.ChoiceField()
    direction = forms.ChoiceField()
    grain = forms.ChoiceField()
    perspective = forms.ChoiceField(required=False)
    definition = forms.CharField(max_length=4000, required=False, widget=forms.Textarea({"rows": 2}))
    formula = forms.CharField(
        max_length=1000, required=False,
        widget=forms.Textarea({"rows": 2, "spellcheck": "false", "autocomplete": "off", "class": "code"}),
    )  # fmt: skip
    target = forms.FloatField(required=False)
    lowest = forms.FloatField(required=False)
    highest = forms.FloatField(required=False)
    min_sample = forms.IntegerField(required=False, min_value=0)
    stale_after = forms.IntegerField(required=False, min_value=1)
    consecutive = forms.IntegerField(required=False, min_value=1)
    clear_after = forms.IntegerField(required=False, min_value=1)
    hold = forms.IntegerField(required=False, min_value=0)
    detector = forms.ChoiceField(required=False)
    detector_level = forms.ChoiceField(required=False)
    centre = forms.FloatField(required=False)
    spread = forms.FloatField(required=False)
    rules = forms.ChoiceField(required=False)
    weight = forms.FloatField(required=False)
    width = forms.FloatField(required=False)
    k = forms.FloatField(required=False)
    h = forms.FloatField(required=False)
    weeks = forms.IntegerField(required=False)
    per = forms.IntegerField(required=False, min_value=1)
    flat_readings = forms.IntegerField(required=False)
    tolerance = forms.FloatField(required=False)
    risks = forms.CharField(required=False, max_length=400)
    reason = forms.CharField(required=False, max_length=400)

    def __init__(self, user: User, *args: Any, found: Indicator | None = None, **named: Any) -> None:
        super().__init__(*args, **named)
        self.user = user
        bound = Risk.objects.none() if found is None else found.risks.all()
        seen = in_scope(bound, user, "risks.view").values("pk")
        self._unseen = list(bound.exclude(pk__in=seen))
        for level in LEVELS[1:]:
            for end in _ENDS:
                self.fields[f"{level}_{end}"] = forms.FloatField(required=False)
        self.fields["unit"].queryset = units_of(user, EDIT)  # type: ignore[attr-defined]
        self.fields["process"].queryset = in_scope(Process.objects.all(), user, "catalog.view")  # type: ignore[attr-defined]
        for name in ("unit", "process"):
            self.fields[name].label_from_instance = in_language  # type: ignore[attr-defined]
        self.fields["nodes"].choices = _nodes(self.fields["process"].queryset, found)  # type: ignore[attr-defined]
        self.fields["nodes"].help_text = text("monitoring.nodes_help")
        self._choices("kind", KINDS, "kinds")
        self._choices("measure", tuple(UNITS), "units")
        self._choices("direction", DIRECTIONS[:2], "directions")
        self._choices("perspective", PERSPECTIVES, "perspectives")
        self._choices("detector", ("", *detectors.KINDS), "detectors")
        self._choices("detector_level", LEVELS[1:], "levels")
        self._choices("rules", tuple(RULE_SETS), "rules")
        self._choices("grain", tuple(str(grain) for grain in GRAINS), "grains")
        if found is not None:
            del self.fields["unit"]
        else:
            del self.fields["reason"]
        for name, field in self.fields.items():
            level, _, end = name.partition("_")
            is_limit = level in LEVELS and end in _ENDS
            field.label = (
                f"{text(f'monitoring.levels.{level}')} {text(f'monitoring.fields.{end}')}"
                if is_limit else text(f"monitoring.fields.{name}")
            )  # fmt: skip

    def _choices(self, name: str, codes: tuple[str, ...], group: str) -> None:
        words = [(code, text(f"monitoring.{group}.{code or 'none'}")) for code in codes]
        self.fields[name].choices = words  # type: ignore[attr-defined]

    def limits(self) -> list[tuple[Any, Any]]:
        """The pairs of fields of each level, the worst first, for the page."""
        return [(self[f"{level}_fire"], self[f"{level}_clear"]) for level in reversed(LEVELS[1:])]

    def settings(self) -> list[tuple[str, list[Any]]]:
        """Fields of the detectors with the names of those that ask for them, for the page."""
        names = dict.fromkeys(name for fields in ASKED.values() for name in fields)
        rows = [(" ".join(kind for kind in ASKED if name in ASKED[kind]), [self[name]]) for name in names]
        return [*rows, (" ".join(detectors.IN_STEPS), [self[f"{level}_size"] for level in LEVELS[1:]])]

    def _detector(self) -> dict[str, Any]:
        """The detector as `loop.monitor.detectors` reads it; what was left empty is left out."""
        said, kind = self.cleaned_data, self.cleaned_data["detector"]
        kept = _scale(said["measure"])
        found: dict[str, Any] = {"kind": kind}
        for name in ASKED[kind]:
            if said[name] in (None, ""):
                continue
            if name == "per":
                found["per_s"] = said[name] * _MINUTE
            else:
                scaled = said[name] * kept if name in ("centre", "spread", "tolerance") else said[name]
                found[{"detector_level": "level", "flat_readings": "readings"}.get(name, name)] = scaled
        if kind in detectors.IN_STEPS:
            scale = kept if kind == "rate" else 1.0
            sizes = {level: said[f"{level}_size"] for level in LEVELS[1:]}
            found["levels"] = {level: size * scale for level, size in sizes.items() if size is not None}
        return found

    def document(self) -> dict[str, Any]:
        """The definition as `loop.monitor.definitions` reads it; what was left empty is left out."""
        said = self.cleaned_data
        kept = _scale(said["measure"])
        document: dict[str, Any] = {
            "kind": said["kind"], "unit": said["measure"], "direction": said["direction"],
            "grain_s": int(said["grain"]), "perspective": said["perspective"] or "",
            "min_sample": said["min_sample"] or 0, "consecutive": said["consecutive"] or 1,
            "clear_after": said["clear_after"] or 1, "hold_s": (said["hold"] or 0) * _MINUTE,
        }  # fmt: skip
        for name in ("target", "lowest", "highest"):
            if said[name] is not None:
                document[name] = said[name] * kept
        if said["formula"]:
            document["formula"] = said["formula"]
        if said["stale_after"]:
            document["stale_after_s"] = said["stale_after"] * _MINUTE
        limits = []
        for level in LEVELS[1:]:
            fire, clear = said[f"{level}_fire"], said[f"{level}_clear"]
            if fire is not None:
                limits.append({"level": level, "fire": fire * kept,
                               "clear": (fire if clear is None else clear) * kept})  # fmt: skip
        if limits:
            document["limits"] = limits
        if said["detector"]:
            document["detector"] = self._detector()
        return document

    def facts(self) -> dict[str, Any]:
        """Texts, process, nodes and risks; a risk that the person may not see stays bound."""
        said = self.cleaned_data
        names = ("name", "name_en", "definition", "process")
        risks = [*self._risks, *self._unseen]
        return {name: said[name] for name in names} | {"risks": risks, "nodes": said["nodes"]}

    def clean(self) -> dict[str, Any]:
        """nodes: keys; those of one process, which need not be named beside them."""
        said = super().clean() or {}
        pairs = [each.partition(BETWEEN) for each in said.get("nodes", ())]
        codes = {code for code, _, _ in pairs}
        chosen = said.get("process")
        if chosen is None and len(codes) == 1:
            said["process"] = chosen = self.fields["process"].queryset.get(code=codes.pop())  # type: ignore[attr-defined]
        elif codes - {chosen.code if chosen is not None else ""}:
            self.add_error("nodes", text("monitoring.nodes_elsewhere"))
        said["nodes"] = [key for _, _, key in pairs]
        return said

    def clean_risks(self) -> str:
        """Codes of risks the person may see, by commas or blanks."""
        codes = self.cleaned_data["risks"].replace("，", " ").replace(",", " ").replace("、", " ").split()
        found = {r.code: r for r in in_scope(Risk.objects.filter(code__in=codes), self.user, "risks.view")}
        unknown = [code for code in codes if code not in found]
        if unknown:
            raise forms.ValidationError(text("api.values.risk", found=unknown[0][:40]))
        self._risks = [found[code] for code in codes]
        return " ".join(codes)


def _nodes(processes: QuerySet[Process], found: Indicator | None) -> list[tuple[str, Any]]:
    """Nodes of the versions in force by process; those the indicator watches stay on offer."""
    in_force = ProcessVersion.Status.IN_FORCE
    nodes = Node.objects.filter(version__process__in=processes, version__status=in_force)
    groups: dict[Process, dict[str, str]] = {}
    for node in nodes.select_related("version__process").order_by("version__process__code", "position"):
        process = node.version.process
        groups.setdefault(process, {})[f"{process.code}{BETWEEN}{node.key}"] = in_language(node)
    if found is not None and found.process is not None:
        own = groups.setdefault(found.process, {})
        for value in _chosen(found):
            own.setdefault(value, value.partition(BETWEEN)[2])
    return [(in_language(process), list(own.items())) for process, own in groups.items()]


def _chosen(found: Indicator) -> list[str]:
    """The nodes an indicator watches as the form names them; runs name a node by what it is called."""
    if found.process is None:
        return []
    in_force = Node.objects.filter(
        version__process=found.process, version__status=ProcessVersion.Status.IN_FORCE
    )
    keys = {node.name: node.key for node in in_force} | {node.key: node.key for node in in_force}
    return [f"{found.process.code}{BETWEEN}{keys.get(node, node)}" for node in found.nodes]


def _scale(measure: str) -> float:
    """From what the form asks in to what is kept: shares in per cent, durations in minutes."""
    return {"share": 0.01, "s": 60.0}.get(measure, 1.0)


def initial_of(found: Indicator, user: User) -> dict[str, Any]:
    """The form's answers as the indicator has them now, with the risks that the person may see."""
    risks = in_scope(found.risks.all(), user, "risks.view").order_by("code")
    document = found.document
    kept = _scale(document.get("unit", "number"))
    first: dict[str, Any] = {
        "name": found.name, "name_en": found.name_en, "definition": found.definition,
        "process": found.process.code if found.process is not None else None,
        "nodes": _chosen(found), "kind": document.get("kind", "kri"),
        "measure": document.get("unit", "number"),
        "direction": document.get("direction", "higher_worse"), "grain": str(document.get("grain_s", 3600)),
        "perspective": document.get("perspective", ""), "min_sample": document.get("min_sample"),
        "consecutive": document.get("consecutive"), "clear_after": document.get("clear_after"),
        "hold": (document.get("hold_s") or 0) // _MINUTE or None,
        "stale_after": (document.get("stale_after_s") or 0) // _MINUTE or None,
        "formula": document.get("formula", ""),
        "risks": " ".join(risks.values_list("code", flat=True)),
    }  # fmt: skip
    for name in ("target", "lowest", "highest"):
        if document.get(name) is not None:
            first[name] = _plain(document[name] / kept)
    for limit in document.get("limits", ()):
        first[f"{limit['level']}_fire"] = _plain(limit["fire"] / kept)
        first[f"{limit['level']}_clear"] = _plain(limit.get("clear", limit["fire"]) / kept)
    return first | _detector_of(document.get("detector"), kept)


def _detector_of(given: Any, kept: float) -> dict[str, Any]:
    """The form's answers for a detector of a document."""
    if not given:
        return {}
    first: dict[str, Any] = {"detector": given["kind"]}
    for name, value in given.items():
        if name in ("centre", "spread", "tolerance"):
            first[name] = _plain(value / kept)
        elif name == "levels":
            scale = kept if given["kind"] == "rate" else 1.0
            first |= {f"{level}_size": _plain(size / scale) for level, size in value.items()}
        elif name == "per_s":
            first["per"] = value // _MINUTE or None
        elif name != "kind":
            first[{"level": "detector_level", "readings": "flat_readings"}.get(name, name)] = value
    return first


def initial_for(risk: Risk) -> dict[str, Any]:
    """The answers of an indicator that is to watch a risk."""
    code = risk.process.code if risk.process is not None else None
    return {"unit": risk.unit.code, "process": code, "risks": risk.code, "kind": "kri",
            "nodes": [f"{code}{BETWEEN}{node}" for node in risk.nodes] if code else []}  # fmt: skip


def _plain(value: float) -> float:
    """Without the dust of a division."""
    return float(f"{value:.12g}")
