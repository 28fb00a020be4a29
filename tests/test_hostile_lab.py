# SPDX-License-Identifier: Apache-2.0
"""A lab that is not ours, and answers nonsense: a clear error, and no hang."""

import json
import socket
import threading
import unittest

from lab import LabTest, module


class HostileLab:
    """A lab socket whose replies a function makes of the requests: bytes, or None to hang up."""

    def __init__(self, path, answer):
        self._answer = answer
        self._listener = socket.socket(socket.AF_UNIX)
        self._listener.bind(str(path))
        self._listener.listen(16)
        self._clients = []
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self):
        self._listener.close()
        for client in self._clients:
            client.close()

    def _accept(self):
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            self._clients.append(client)
            threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client):
        try:
            for line in client.makefile("rb"):
                data = self._answer(json.loads(line))
                if data is None:
                    client.shutdown(socket.SHUT_RDWR)
                    return
                client.sendall(data)
        except (OSError, ValueError):
            pass


def reply(**members):
    return json.dumps(members).encode() + b"\n"


class HostileLabTest(LabTest):

    def check(self, answer, *words, code=1):
        lab = self.lab(module("swp1"), serve=False)
        server = HostileLab(lab.socket, answer)
        self.addCleanup(server.close)
        image = lab.image("1.3.0", size=5_000)
        for command in (("info", "swp1"), ("flash", image, "swp1")):
            with self.subTest(command=command[0]):
                result = lab.run(*command, timeout_s=60)
                codes = code if isinstance(code, tuple) else (code,)
                self.assertIn(result.code, codes, str(result))
                self.assertError(result, result.code, *words, device="swp1")
        self.assertCode(lab.run("list"), 0)

    def test_it_hangs_up(self):
        self.check(lambda request: None, "went away", code=(1, 3))

    def test_no_json(self):
        self.check(lambda request: b"hello\n", "lab")

    def test_escape_codes_do_not_reach_the_terminal(self):
        self.check(lambda request: b"\x1b[2J\x1b]0;owned\x07\n", "lab")
        self.check(lambda request: reply(id=request["id"], error="\x1b[2J\nreflash: all is well"),
                   "lab")

    def test_another_id(self):
        self.check(lambda request: reply(id=request["id"] + 1000, ack=True, read=[]), "lab")

    def test_missing_and_wrong_members(self):
        for members in ({}, {"ack": "yes"}, {"ack": True}, {"ack": True, "read": []},
                        {"ack": True, "read": ["00"] * 50}, {"ack": True, "read": ["zz"]},
                        {"ack": True, "read": [7]}, {"ack": True, "read": "00"},
                        {"ack": True, "read": ["00" * 9000]}, {"ack": False},
                        {"ack": False, "at": -1}, {"ack": False, "at": "x"},
                        {"ack": False, "at": 99}, {"error": 5}):
            with self.subTest(members=str(members)[:60]):
                self.check(lambda request, members=members: reply(id=request["id"], **members),
                           code=(1, 3))

    def test_a_line_without_end(self):
        self.check(lambda request: b"x" * (2 << 20), "lab")

    def test_all_bytes_are_zero_or_ones(self):
        for digits in ("00", "ff"):
            def answer(request, digits=digits):
                reads = [digits * message["read"] for message in request["transfer"]
                         if "read" in message]
                return reply(id=request["id"], ack=True, read=reads)
            self.check(answer, "not a CMIS module", code=(1, 65))


if __name__ == "__main__":
    unittest.main()
