"""The loop of service risk, one package per stage, in the order a case of risk walks them.

A stage may use earlier stages, never later ones. Stages see arrays and domain objects, never a
file, a database, a clock or the environment; they return codes with parameters, never sentences.
"""

STAGES = ("identify", "key_nodes", "quantify", "treat", "improve", "monitor", "respond", "evaluate")
