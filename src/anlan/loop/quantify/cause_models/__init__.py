"""Models of causes and consequences while somebody draws them.

`parts`: what a model is made of. `changing`: one change to it. `drafts`: an empty model, and what is still
wrong with one. `quick`: its figures at once. `drawn`: what its picture shows. `seen_as`: one model as
another. A model is the `inputs` of one of three methods, as their spec files write them.
"""

from anlan.domain.method import Method
from anlan.loop.quantify.methods import method

CODES = ("fault_tree", "event_tree", "bow_tie")
"""Methods whose inputs can be drawn."""


def model_method(code: str) -> Method:
    """The method of a model. Errors: KeyError for one that is not drawn."""
    if code not in CODES:
        raise KeyError(code)
    return method(code)
