# SPDX-License-Identifier: Apache-2.0
"""The protocol of the lab socket, spoken rightly and wrongly."""

import json
import os
import socket
import unittest

from cmis_host import SUCCESS, START, WRITE_LPL, CmisHost
from lab import LabTest, module, wait_until
from lab_client import LabError, NotAcknowledged

READ_VENDOR = [{"write": "81"}, {"read": 16}]


class LabSocketTest(LabTest):

    def setUp(self):
        self.world = self.lab(
            module("swp1", "slow"), module("swp2", "fast"), module("empty", "fast", present=False),
            buses={"slow": 10_000, "fast": 1_000_000})
        self.client = self.world.client()
        self.addCleanup(self.client.close)

    def ask(self, line):
        """Sends a line as it is; returns the next reply."""
        self.client.send_bytes((line if isinstance(line, bytes) else line.encode()) + b"\n")
        return self.client.receive()

    def check_it_still_serves(self):
        reply = self.ask(json.dumps({"id": "still", "port": "swp2", "transfer": READ_VENDOR}))
        self.assertEqual(reply, {"id": "still", "ack": True, "read": [b"ACME".hex() + "20" * 12]})

    # What is right.

    def test_a_read(self):
        reply = self.ask('{"id":1,"port":"swp2","transfer":[{"write":"81"},{"read":16}]}')
        self.assertEqual(reply, {"id": 1, "ack": True, "read": [b"ACME".hex() + "20" * 12]})

    def test_a_write_has_an_empty_list_of_reads(self):
        reply = self.ask('{"id":2,"port":"swp2","transfer":[{"write":"7e0000"}]}')
        self.assertEqual(reply, {"id": 2, "ack": True, "read": []})

    def test_several_messages_are_one_transaction(self):
        before = self.world.dump("swp2")["counters"]["transactions"]
        reply = self.ask(json.dumps({"id": 3, "port": "swp2", "transfer": [
            {"write": "81"}, {"read": 4}, {"write": "94"}, {"read": 4}, {"read": 4}]}))
        self.assertEqual([bytes.fromhex(piece) for piece in reply["read"]],
                         [b"ACME", b"OSFP", b"-800"])
        self.assertEqual(self.world.dump("swp2")["counters"]["transactions"], before + 1)

    def test_hexadecimal_digits_may_be_large(self):
        self.assertTrue(self.ask('{"id":4,"port":"swp2","transfer":[{"write":"7F"}]}')["ack"])

    def test_nobody_answers_at_an_empty_port(self):
        reply = self.ask('{"id":5,"port":"empty","transfer":[{"write":"00"},{"read":1}]}')
        self.assertEqual(reply, {"id": 5, "ack": False, "at": 0})

    def test_an_empty_transfer_is_acknowledged_and_uses_no_bus(self):
        before = self.world.dump("swp2")["counters"]
        self.assertTrue(self.ask('{"id":6,"port":"swp2","transfer":[]}')["ack"])
        self.assertEqual(self.world.dump("swp2")["counters"], before)

    def test_the_bus_is_busy_for_the_time_of_the_bits(self):
        before = self.world.dump("swp1")["counters"]
        self.client.transfer("swp1", bytes([0x81]), 16)
        after = self.world.dump("swp1")["counters"]
        # Two address bytes, the offset, 16 bytes; START, repeated START and STOP; at 10 kHz.
        self.assertEqual(after["bytes"] - before["bytes"], 2 + 1 + 16)
        self.assertAlmostEqual(after["bus_busy_s"] - before["bus_busy_s"],
                               (19 * 9 + 3) / 10_000, places=6)

    def test_replies_of_different_ports_come_as_they_are_ready(self):
        slow = self.client.send_transfer("swp1", bytes([0x80]), 128)
        fast = self.client.send_transfer("swp2", bytes([0x81]), 4)
        self.assertEqual([self.client.receive()["id"], self.client.receive()["id"]], [fast, slow])

    def test_replies_of_one_port_come_in_order(self):
        ids = [self.client.send_transfer("swp2", bytes([0x81 + number]), 1)
               for number in range(100)]
        self.assertEqual([self.client.receive()["id"] for _ in ids], ids)

    def test_requests_may_come_in_pieces_and_together(self):
        line = json.dumps({"id": 8, "port": "swp2", "transfer": READ_VENDOR}).encode() + b"\n"
        for byte in line:
            self.client.send_bytes(bytes([byte]))
        self.assertEqual(self.client.receive()["id"], 8)
        self.client.send_bytes(line * 50)
        for _ in range(50):
            self.assertEqual(self.client.receive()["read"], [b"ACME".hex() + "20" * 12])

    def test_two_clients_see_one_module(self):
        with self.world.client() as other:
            mine = CmisHost(self.client, "swp2")
            self.assertEqual(mine.command(START, (4000).to_bytes(4, "big") + bytes(4) + bytes(64)),
                             SUCCESS)
            theirs = CmisHost(other, "swp2")
            self.assertEqual(theirs.command(WRITE_LPL, bytes(4) + b"abc"), SUCCESS)
            self.assertEqual(other.dump("swp2")["banks"], self.client.dump("swp2")["banks"])

    def test_many_clients_at_once(self):
        clients = [self.world.client() for _ in range(50)]
        try:
            ids = [client.send_transfer("swp2", bytes([0x81]), 4) for client in clients]
            for client, request in zip(clients, ids):
                self.assertEqual(client.wait(request)["read"], [b"ACME".hex()])
        finally:
            for client in clients:
                client.close()

    # What is wrong.

    def test_an_unknown_port(self):
        self.assertEqual(self.ask('{"id":4,"port":"nosuch","transfer":[]}'),
                         {"id": 4, "error": "no such port"})
        self.assertEqual(self.ask('{"id":5,"port":"nosuch","control":"dump"}'),
                         {"id": 5, "error": "no such port"})
        self.check_it_still_serves()

    def test_requests_that_make_no_sense_are_errors_with_their_id(self):
        for body in ('"transfer":[]', '"port":"swp2"', '"port":7,"transfer":[]',
                     '"port":"swp2","transfer":{}', '"port":"swp2","transfer":[5]',
                     '"port":"swp2","transfer":[{}]', '"port":"swp2","transfer":[{"write":5}]',
                     '"port":"swp2","transfer":[{"write":"0"}]',
                     '"port":"swp2","transfer":[{"write":"0g"}]',
                     '"port":"swp2","transfer":[{"write":"00","read":1}]',
                     '"port":"swp2","transfer":[{"read":0}]',
                     '"port":"swp2","transfer":[{"read":-1}]',
                     '"port":"swp2","transfer":[{"read":1.5}]',
                     '"port":"swp2","transfer":[{"read":"1"}]',
                     '"port":"swp2","transfer":[{"read":1000000000000}]',
                     '"port":"swp2","transfer":[{"read":99999999999999999999999}]',
                     '"port":"swp2","transfer":[{"erase":1}]',
                     '"port":"swp2","transfer":[' + ",".join(['{"read":1}'] * 5000) + "]",
                     '"port":"swp2","control":"explode"', '"port":"swp2","control":5',
                     '"port":"swp2","control":"dump","transfer":[]',
                     '"port":"swp2","control":"fault"',
                     '"port":"swp2","control":"fault","when":"0103"',
                     '"port":"swp2","control":"fault","when":"0103","do":"explode"',
                     '"port":"swp2","control":"fault","when":"103","do":"nack"',
                     '"port":"swp2","control":"fault","when":"0103","do":"status:999"',
                     '"port":"swp2","control":"fault","when":"0103","nth":0,"do":"nack"',
                     '"port":"swp2","control":"fault","when":"0103","nth":-1,"do":"nack"',
                     '"port":"swp2","control":"fault","when":"boot","do":"garble"'):
            with self.subTest(body[:80]):
                reply = self.ask('{"id":77,' + body + "}")
                self.assertEqual(reply["id"], 77)
                self.assertTrue(reply["error"])
        self.check_it_still_serves()
        self.assertEqual(self.world.dump("swp2")["counters"]["violations"], [])

    def test_lines_that_are_no_requests_are_errors_without_id(self):
        for line in ("", "hello", "{", "[]", "5", "null", '"id"', "{}", '{"port":"swp2"}',
                     '{"id":null,"port":"swp2","transfer":[]}',
                     '{"id":[1],"port":"swp2","transfer":[]}',
                     b"\xff\xfe\x00\x01", b'{"id":"\xff","port":"swp2","transfer":[]}',
                     "[" * 100_000):
            with self.subTest(line[:40]):
                reply = self.ask(line)
                self.assertIsNone(reply["id"])
                self.assertTrue(reply["error"])
        self.check_it_still_serves()

    def test_a_line_without_end_is_an_error_once(self):
        self.client.send_bytes(b"x" * (3 << 20) + b"\n")
        self.assertTrue(self.client.receive()["error"])
        self.check_it_still_serves()

    def test_a_huge_but_lawful_read_is_a_violation_and_no_harm(self):
        self.world.violations_expected = True
        host = CmisHost(self.client, "swp2")
        host.read(0x80, 1, page=0x9F)
        piece, = self.client.transfer("swp2", bytes([0x80]), 8192)
        self.assertEqual(len(piece), 8192)
        self.assertTrue(self.world.dump("swp2")["counters"]["violations"])
        host.read(0x80, 1, page=0)
        self.check_it_still_serves()

    def test_a_client_that_vanishes_harms_nobody(self):
        for data in (b'{"id":1,"po', b'{"id":1,"port":"swp1","transfer":[{"write":"80"},'
                     b'{"read":128}]}\n' * 3, b'{"id":1,"port":"swp1","control":"dump"}\n' * 500):
            with self.subTest(data[:40]):
                victim = self.world.client()
                victim.send_bytes(data)
                victim.close()
                self.check_it_still_serves()
        self.client.transfer("swp1", bytes([0x81]), 1)

    def test_a_client_that_reads_nothing_holds_up_nobody(self):
        lazy = socket.socket(socket.AF_UNIX)
        self.addCleanup(lazy.close)
        lazy.connect(str(self.world.socket))
        lazy.setblocking(False)
        line = b'{"id":1,"port":"swp2","control":"dump"}\n' * 100
        sent = 0
        try:
            while sent < 32 << 20:
                sent += lazy.send(line)
        except BlockingIOError:
            pass
        self.check_it_still_serves()

    def test_a_client_that_only_sends_gets_its_replies(self):
        half = socket.socket(socket.AF_UNIX)
        self.addCleanup(half.close)
        half.settimeout(60)
        half.connect(str(self.world.socket))
        half.sendall(b'{"id":1,"port":"swp1","transfer":[{"write":"81"},{"read":4}]}\n')
        half.shutdown(socket.SHUT_WR)
        received = b""
        while piece := half.recv(4096):
            received += piece
        self.assertEqual(json.loads(received)["read"], [b"ACME".hex()])


class ControlTest(LabTest):

    def setUp(self):
        self.world = self.lab(module("swp1", boot_ms=5_000))
        self.client = self.world.client()
        self.addCleanup(self.client.close)

    def state(self):
        return self.client.transfer("swp1", bytes([3]), 1)[0][0] >> 1 & 7

    def test_dump_of_a_fresh_module(self):
        dump = self.client.dump("swp1")
        self.assertEqual(set(dump["banks"]), {"A", "B"})
        first = dump["banks"]["A"]
        self.assertEqual((first["version"], first["valid"], first["running"], first["committed"]),
                         ("1.2.0", True, True, True))
        self.assertRegex(first["sha256"], "^[0-9a-f]{64}$")
        self.assertEqual(dump["banks"]["B"]["length"], 0)
        self.assertEqual(dump["counters"], {"transactions": 0, "bytes": 0, "nacks": 0,
                                            "bus_busy_s": 0, "violations": []})

    def test_power_cycle_and_reset_boot_the_module(self):
        for word in ("power-cycle", "reset"):
            with self.subTest(word):
                self.assertEqual(self.state(), 3)
                self.assertEqual(self.client.control("swp1", word)["ok"], True)
                with self.assertRaises(NotAcknowledged):
                    self.state()
                self.world.settle("swp1")

    def test_a_removed_module_is_gone_until_it_is_inserted(self):
        self.client.control("swp1", "remove")
        with self.assertRaises(NotAcknowledged):
            self.state()
        self.client.control("swp1", "power-cycle")
        self.client.control("swp1", "remove")
        with self.assertRaises(NotAcknowledged):
            self.state()
        self.assertFalse(self.client.dump("swp1")["banks"]["A"]["running"])
        self.client.control("swp1", "insert")
        self.world.settle("swp1")
        self.assertEqual(self.client.dump("swp1")["banks"]["A"]["running"], True)

    def test_a_fault_happens_once_at_its_time(self):
        self.client.fault("swp1", "transfer", "nack", nth=3)
        outcomes = []
        for _ in range(5):
            try:
                self.state()
                outcomes.append(True)
            except NotAcknowledged as refused:
                outcomes.append(refused.at == 0 and False)
        self.assertEqual(outcomes, [True, True, False, True, True])

    def test_a_fault_that_is_staged_while_an_update_runs(self):
        lab = self.lab(module("swp1", block_busy_ms=2500))
        running = lab.start("flash", lab.image("1.3.0", size=60_000), "swp1")
        running.wait_until_writing()
        lab.fault("swp1", "0104", "status:42")
        result = running.wait()
        self.assertCode(result, 1)
        self.assertIn("42h", result.result("swp1")["message"])

    def test_violations_are_sentences(self):
        self.world.violations_expected = True
        host = CmisHost(self.client, "swp1")
        host.command(WRITE_LPL, bytes(4) + b"no download was started")
        violation, = self.client.dump("swp1")["counters"]["violations"]
        self.assertIn("0103h", violation)

    def test_an_error_of_a_control_says_which(self):
        with self.assertRaisesRegex(LabError, "explode"):
            self.client.control("swp1", "explode")


class ServerLifeTest(LabTest):

    def test_it_ends_politely_and_takes_its_socket_with_it(self):
        lab = self.lab(module("swp1"))
        with lab.client() as client:
            client.transfer("swp1", bytes([0]), 1)
            lab.server_may_end = True
            lab.server.terminate()
            self.assertEqual(lab.server.wait(60), 0)
        self.assertFalse(lab.socket.exists())

    def test_no_descriptor_stays_behind_a_client(self):
        lab = self.lab(module("swp1"))
        folder = f"/proc/{lab.server.pid}/fd"

        def count():
            return len(os.listdir(folder))
        lab.dump("swp1")
        wait_until(lambda: count() > 0, "a look")
        before = count()
        for _ in range(50):
            lab.dump("swp1")
        wait_until(lambda: count() <= before, "the descriptors to be closed")


if __name__ == "__main__":
    unittest.main()
