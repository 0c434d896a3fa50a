"""Who may open or do what on runs: (method, page, arguments, {role: status}). Outsiders get 404 on a run."""

_ALL = ("administrator", "risk_manager", "node_owner", "expert", "duty_officer", "auditor", "executive")
_MAY_VIEW = ("administrator", "risk_manager", "node_owner", "duty_officer", "auditor", "executive")
_MAY_START = ("risk_manager", "node_owner")
_MAY_EXPORT = ("risk_manager", "node_owner", "auditor", "executive")


def _lists(allowed: tuple[str, ...], status: int) -> dict[str, int]:
    """A page without a record: 403 where the permission is missing."""
    return {role: status if role in allowed else 403 for role in _ALL}


def _records(allowed: tuple[str, ...], status: int) -> dict[str, int]:
    """A page of a run: whoever may not see runs finds none; 403 where only the deed is not allowed."""
    return {role: status if role in allowed else 403 if role in _MAY_VIEW else 404 for role in _ALL}


def _of_run(run: object) -> dict[str, object]:
    return {"code": run.code}  # type: ignore[attr-defined]


def _of_process(run: object) -> dict[str, object]:
    return {"code": run.process.code}  # type: ignore[attr-defined]


def _a_method(run: object) -> dict[str, object]:
    return {"code": "risk_matrix"}


def _none(run: object) -> dict[str, object]:
    return {}


SUBJECT = "run"
ROWS = [
    ("get", "runs:runs", _none, _lists(_MAY_VIEW, 200)),
    ("get", "runs:new_run", _none, _lists(_MAY_START, 200)),
    ("get", "runs:methods", _none, _lists(_MAY_START, 200)),
    ("get", "runs:method", _a_method, _lists(_MAY_START, 200) | {"outsider": 200}),
    ("get", "runs:sample", lambda run: {"kind": "costs"}, _lists(_MAY_START, 200) | {"outsider": 200}),
    ("get", "runs:jobs", _none, _lists(_MAY_VIEW, 200)),
    ("get", "runs:compare", _none, _lists(_MAY_VIEW, 422)),
    ("get", "runs:run", _of_run, _records(_MAY_VIEW, 200)),
    ("get", "runs:live", _of_run, _records(_MAY_VIEW, 200)),
    ("get", "runs:report", _of_run, _records(_MAY_VIEW, 200)),
    ("get", "runs:workbook", _of_run, _records(_MAY_EXPORT, 200)),
    (
        "get",
        "runs:chart",
        lambda run: {"code": run.code, "number": 1, "form": "svg"},
        _records(_MAY_EXPORT, 404),
    ),
    ("get", "runs:result", _of_run, _records(_MAY_EXPORT, 200)),
    ("get", "runs:conformance", _of_process, _records(_MAY_VIEW, 200)),
    ("post", "runs:hold", _of_process, _records(_MAY_START, 302)),
    ("post", "runs:find_draft", _of_process, _records(_MAY_START, 302)),
    ("post", "runs:take_deviations", _of_process, _records(_MAY_START, 302)),
    ("post", "runs:cancel", _of_run, _records(_MAY_START, 302)),
    ("post", "runs:retry", _of_run, _records(_MAY_START, 302)),
    ("post", "runs:recompute", _of_run, _records(_MAY_START, 302)),
]
