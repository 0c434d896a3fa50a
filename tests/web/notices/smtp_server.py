"""A small mail server on 127.0.0.1 that keeps what it gets, and can be told to refuse, or to hang up."""

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes
from email.message import Message
from email.policy import default


class MailServer(socketserver.ThreadingTCPServer):
    """answers: reply to each address of a recipient; hang_up: end the connection after the text, unanswered;
    got: envelope recipient and message of every mail that was accepted or left unanswered."""

    allow_reuse_address = True
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Talk)
        self.answers: dict[str, str] = {}
        self.hang_up = False
        self.got: list[tuple[str, Message]] = []

    @property
    def port(self) -> int:
        return int(self.server_address[1])


class _Talk(socketserver.StreamRequestHandler):
    """One connection (RFC 5321), without extensions."""

    def handle(self) -> None:
        self._say("220 ready")
        to = ""
        while line := self.rfile.readline().decode("ascii", "replace").strip():
            word = line.upper()
            if word.startswith(("EHLO", "HELO")):
                self._say("250 here")
            elif word.startswith("RCPT TO:"):
                to = line[8:].strip().strip("<>")
                self._say(self.server.answers.get(to, "250 ok"))
            elif word == "DATA":
                self._say("354 go on")
                self.server.got.append((to, message_from_bytes(self._text(), policy=default)))
                if self.server.hang_up:
                    return
                self._say("250 taken")
            elif word == "QUIT":
                self._say("221 bye")
                return
            else:
                self._say("250 ok")

    def _text(self) -> bytes:
        lines = []
        while (line := self.rfile.readline()) != b".\r\n" and line:
            lines.append(line[1:] if line.startswith(b"..") else line)
        return b"".join(lines)

    def _say(self, words: str) -> None:
        self.wfile.write(f"{words}\r\n".encode())


@contextmanager
def mail_server() -> Iterator[MailServer]:
    with MailServer() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()
