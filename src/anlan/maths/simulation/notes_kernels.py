"""What happens to the tokens of watched cases, written down; of no effect on what happens."""

from anlan.maths.compile import part_kernel
from anlan.maths.simulation.arrays import BEGUN, WITH_FIRST


@part_kernel
def note(state, tally, now, token, place, kind):
    """Write down what happens to a token, where its case is watched."""
    if len(tally.watched) == 0 or not tally.watched[state.number[state.case[token]]]:
        return
    row = tally.n_notes[0]
    tally.n_notes[0] = row + 1
    if row < len(tally.note_s):
        tally.note_s[row] = now
        tally.notes[row, 0], tally.notes[row, 1] = state.number[state.case[token]], token
        tally.notes[row, 2], tally.notes[row, 3] = place, kind


@part_kernel
def note_batch(state, tally, now, token, place, kind):
    """The same of all that are served together; one server is busy with them."""
    if len(tally.watched) == 0:
        return
    note(state, tally, now, token, place, kind)
    while state.member[token] >= 0:
        token = state.member[token]
        note(state, tally, now, token, WITH_FIRST if kind == BEGUN else place, kind)
