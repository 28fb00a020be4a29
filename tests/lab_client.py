# SPDX-License-Identifier: Apache-2.0
"""A client of the lab socket: emulated hardware, served by `reflash lab serve`.

It shares no code with reflash and speaks the protocol as docs/interfaces.md describes it, so it
also shows how a program of your own reaches emulated modules:

    with LabClient("/run/lab.sock") as lab:
        vendor, = lab.transfer("swp1", bytes([129]), 16)     # write the offset, read 16 bytes
        lab.control("swp1", "power-cycle")
        print(lab.dump("swp1")["banks"])

The protocol is JSON lines. Each request has an id; the reply to it carries the same id. Replies for
one port come in the order of the requests, replies for different ports in any order.
"""

import json
import socket


class LabError(Exception):
    """The lab answered a request with an error, or not at all."""


class NotAcknowledged(Exception):
    """The module did not acknowledge message `at` of a transfer (it is absent, or busy)."""

    def __init__(self, at):
        super().__init__(f"message {at} was not acknowledged")
        self.at = at


class LabClient:
    """One connection. Not to be shared by threads."""

    def __init__(self, path, timeout=60.0):
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self._socket.settimeout(timeout)
        self._received = b""
        self._last_id = 0
        self._early = {}  # replies that came before somebody waited for them
        try:
            self._socket.connect(str(path))
        except BaseException:
            self._socket.close()
            raise

    def close(self):
        self._socket.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    # What a host does.

    def transfer(self, port, *messages):
        """One I2C transaction: bytes are written, a number is read; returns what was read.

        Raises NotAcknowledged when the module does not answer.
        """
        reply = self.wait(self.send_transfer(port, *messages))
        if not reply["ack"]:
            raise NotAcknowledged(reply["at"])
        return [bytes.fromhex(piece) for piece in reply["read"]]

    def control(self, port, word, **keys):
        """power-cycle, reset, remove, insert, dump, or fault with when=, nth= and do=."""
        return self.wait(self.send({"port": port, "control": word, **keys}))

    def fault(self, port, when, do, nth=1):
        """Stages a failure: the `nth` time that `when` happens from now on."""
        return self.control(port, "fault", when=when, nth=nth, do=do)

    def dump(self, port):
        """What the module holds: `banks` by name, and `counters`."""
        return self.control(port, "dump")

    # The pieces of it, for more than one request at a time.

    def send_transfer(self, port, *messages):
        """Sends a transfer and does not wait; returns its id."""
        transfer = [
            {"read": message} if isinstance(message, int) else {"write": bytes(message).hex()}
            for message in messages
        ]
        return self.send({"port": port, "transfer": transfer})

    def send(self, request):
        """Sends a request with an id of its own and does not wait; returns the id."""
        self._last_id += 1
        self.send_line(json.dumps({"id": self._last_id, **request}))
        return self._last_id

    def wait(self, request_id):
        """The reply to the request with this id. Raises LabError when it is an error."""
        while request_id not in self._early:
            reply = self.receive()
            self._early[reply.get("id")] = reply
        reply = self._early.pop(request_id)
        if "error" in reply:
            raise LabError(reply["error"])
        return reply

    def send_line(self, line):
        """Sends text as it is, and a line feed behind it."""
        self.send_bytes(line.encode() + b"\n")

    def send_bytes(self, data):
        self._socket.sendall(data)

    def receive(self):
        """The next reply, whosever it is."""
        while b"\n" not in self._received:
            piece = self._socket.recv(65536)
            if not piece:
                raise LabError("the lab closed the connection")
            self._received += piece
        line, self._received = self._received.split(b"\n", 1)
        return json.loads(line)
