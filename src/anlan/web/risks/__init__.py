"""From candidate to register to assessment: what may go wrong at which node, and how bad it is."""
