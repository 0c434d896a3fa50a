"""Who does work in the background, and for how long silence is taken for absence."""

import os
import secrets
import socket
import threading

BEAT_S = 5.0
LOST_AFTER_S = 30.0
"""Without a sign of life for so long, six beats, a worker and what it had in hand are taken for lost."""

asked_to_stop = threading.Event()
"""Set where this process is to end: work in progress goes back to the queue."""

_me = f"{socket.gethostname()[:40]}:{os.getpid()}:{secrets.token_hex(3)}"


def my_name() -> str:
    """host:process:random, this process's name in leases and in what it works on."""
    return _me if str(os.getpid()) == _me.split(":")[1] else f"{_me}+{os.getpid()}"
