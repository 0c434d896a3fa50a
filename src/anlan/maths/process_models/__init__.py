"""Models of the order of activities: process trees, Petri nets, discovery from variants, optimal alignments.

trees.py        blocks in blocks: sequence, choice, parallel, loop
nets.py         Petri nets with a source and a sink, and the net of a tree
markings.py     the markings a net can reach, kept and found as far as they are asked for; soundness
discovery.py    the inductive miner with its filter of infrequent behaviour: variants to a tree
alignments.py   the cheapest way to explain a variant by a model, with what is proven about it
precision.py    how much a model permits that never happens
"""
