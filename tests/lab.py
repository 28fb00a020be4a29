# SPDX-License-Identifier: Apache-2.0
"""A world for one test: emulated hardware in one process, reflash in others, all files apart.

    class FlashTest(LabTest):
        def test_something(self):
            lab = self.lab(module("swp1"), module("swp2", banks=1))
            result = lab.run("flash", lab.image("1.3.0"), "swp1", json=True)
            self.assertEqual(result.code, 0)
            self.assertEqual(lab.running_version("swp1"), "1.3.0")

When a test ends, all processes are ended, and every module is asked whether the host broke a rule
of the protocol; a test that stages such a thing says `lab.violations_expected = True`.
"""

import ctypes
import hashlib
import json
import os
import pathlib
import shutil
import signal
import subprocess
import tempfile
import threading
import time
import unittest

from lab_client import LabClient

ROOT = pathlib.Path(__file__).resolve().parent.parent
BINARY = os.path.abspath(os.environ.get("REFLASH_BINARY", ROOT / "build" / "reflash"))

assert os.access(BINARY, os.X_OK), f"{BINARY} is not there: build it, or set REFLASH_BINARY"

PATIENCE_S = 120.0  # for everything that has to happen sooner or later; machines can be slow
PART = "OSFP-800G-DR8"
NOBODY = 65534


def module(name, bus="i2c-1", **keys):
    """A [[module]] of the lab file; `fault` is a list of tables."""
    return {"name": name, "bus": bus, **keys}


def card(name, **keys):
    """A [[card]] of the lab file."""
    return {"name": name, "table": "card", **keys}


def adapter(name, **keys):
    """An [[adapter]] of the lab file."""
    return {"name": name, "table": "adapter", **keys}


DRIVERS = {"module": "cmis", "card": "fpga", "adapter": "capi"}


def fault(when, do, nth=1):
    return {"when": when, "nth": nth, "do": do}


def wait_until(condition, what, timeout_s=PATIENCE_S):
    """Waits until `condition()` is true and returns what it gave."""
    deadline = time.monotonic() + timeout_s
    while True:
        result = condition()
        if result:
            return result
        if time.monotonic() > deadline:
            raise AssertionError(f"waited in vain: {what}")
        time.sleep(0.005)


def toml_value(value):
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return "[" + ", ".join(toml_value(item) for item in value) + "]"
    return json.dumps(value)


def toml_table(name, table):
    """A [[name]] with its keys; a list of tables becomes tables below it."""
    below = {key: value for key, value in table.items()
             if isinstance(value, list) and value and isinstance(value[0], dict)}
    lines = [f"[[{name}]]"]
    lines += [f"{key} = {toml_value(value)}" for key, value in table.items() if key not in below]
    for key, tables in below.items():
        lines += [toml_table(f"{name}.{key}", inner) for inner in tables]
    return "\n".join(lines) + "\n"


def die_with_parent():
    """A child whose test is killed does not stay behind."""
    pr_set_pdeathsig = 1
    ctypes.CDLL(None).prctl(pr_set_pdeathsig, signal.SIGKILL)


class Completed:
    """How a command ended. `events` are the objects of --json."""

    def __init__(self, code, out, err, is_json):
        self.code = code
        self.out = out
        self.err = err
        self.events = [json.loads(line) for line in out.splitlines()] if is_json else []
        for text in (out, err):
            assert "Sanitizer" not in text and "runtime error" not in text, text

    def of(self, event, device=None):
        """The events of one kind (and device)."""
        return [entry for entry in self.events if entry.get("event") == event
                and device in (None, entry.get("device"))]

    def result(self, device):
        """The one result of a device."""
        results = self.of("result", device)
        assert len(results) == 1, f"{device} has {len(results)} results:\n{self}"
        return results[0]

    def __str__(self):
        return f"exit code {self.code}\n--- stdout\n{self.out}\n--- stderr\n{self.err}"


class Running:
    """A reflash that runs beside the test; what it prints is read all the time."""

    def __init__(self, process, is_json):
        self.process = process
        self._is_json = is_json
        self._changed = threading.Condition()
        self._lines = {"stdout": [], "stderr": []}
        self._readers = [
            threading.Thread(target=self._read, args=(name,), daemon=True)
            for name in ("stdout", "stderr") if getattr(process, name) is not None
        ]
        for reader in self._readers:
            reader.start()

    def _read(self, name):
        for line in getattr(self.process, name):
            with self._changed:
                self._lines[name].append(line)
                self._changed.notify_all()
        with self._changed:
            self._changed.notify_all()

    def wait_for_line(self, matches, what, stream="stdout"):
        """Waits for a line for which `matches(line)` is true; returns it."""
        deadline = time.monotonic() + PATIENCE_S
        seen = 0
        with self._changed:
            while True:
                lines = self._lines[stream]
                for line in lines[seen:]:
                    if matches(line):
                        return line
                seen = len(lines)
                if self.process.poll() is not None and not any(
                        reader.is_alive() for reader in self._readers):
                    raise AssertionError(f"ended with {self.process.returncode} before {what}: "
                                         f"{self._lines}")
                if time.monotonic() > deadline:
                    raise AssertionError(f"waited in vain for {what}: {self._lines}")
                self._changed.wait(0.1)

    def wait_for_event(self, what, **members):
        """Waits for an object of --json that has these members."""
        def matches(line):
            event = json.loads(line)
            return all(event.get(key) == value for key, value in members.items())
        return json.loads(self.wait_for_line(matches, what))

    def wait_until_writing(self, device="swp1"):
        """Waits until bytes of the image went to the device."""
        self.wait_for_line(
            lambda line: '"progress"' in line and json.loads(line)["device"] == device
            and json.loads(line)["phase"] == "writing" and json.loads(line)["done"] > 0,
            f"{device} to be written")

    def signal(self, number):
        self.process.send_signal(number)

    def stop(self):
        """Freezes the process (SIGSTOP) and returns once it stands still."""
        self.signal(signal.SIGSTOP)
        stat = pathlib.Path(f"/proc/{self.process.pid}/stat")
        wait_until(lambda: stat.read_text().rsplit(")", 1)[1].split()[0] == "T", "the stop")

    def go_on(self):
        self.signal(signal.SIGCONT)

    def wait(self):
        """Waits for its end."""
        self.process.wait(PATIENCE_S)
        for reader in self._readers:
            reader.join(PATIENCE_S)
        return Completed(self.process.returncode, "".join(self._lines["stdout"]),
                         "".join(self._lines["stderr"]), self._is_json)


class Lab:
    """The directory, the processes and the emulated hardware of one test."""

    def __init__(self, modules, buses=None, devices=None, time_scale=50, serve=True):
        self.path = pathlib.Path(tempfile.mkdtemp(prefix="reflash-e2e-"))
        self.path.chmod(0o755)
        self.socket = self.path / "lab.sock"
        self.lab_file = self.path / "lab.toml"
        self.configuration = self.path / "reflash.toml"
        self.names = [entry["name"] for entry in modules]
        self._tables = {entry["name"]: entry.get("table", "module") for entry in modules}
        self.violations_expected = False
        self.server = None
        self.server_may_end = False
        self._processes = []
        self._write_lab_file(modules, buses or {"i2c-1": 3_400_000}, time_scale)
        self.configure(devices if devices is not None else
                       [self.device(name) for name in self.names])
        try:
            if serve:
                self.serve()
        except BaseException:
            self.close()
            raise

    def _write_lab_file(self, modules, buses, time_scale):
        text = f"time_scale = {time_scale}\n"
        for name, clock_hz in buses.items():
            text += toml_table("bus", {"name": name, "clock_hz": clock_hz})
        for entry in modules:
            keys = {key: value for key, value in entry.items() if key != "table"}
            text += toml_table(self._tables[entry["name"]], keys)
        self.lab_file.write_text(text)

    def device(self, name, port=None, socket=None, **keys):
        """A [[device]] of the configuration for a port of this lab."""
        return {"name": name, "driver": DRIVERS[self._tables.get(port or name, "module")],
                "bus": f"lab:{socket or self.socket}#{port or name}", **keys}

    def configure(self, devices):
        self.configuration.write_text("".join(toml_table("device", entry) for entry in devices))

    # Processes.

    def environment(self, **more):
        return {**os.environ, "REFLASH_RUNTIME_DIR": str(self.path / "run"),
                "REFLASH_STATE_DIR": str(self.path / "state"), **more}

    def popen(self, words, **options):
        """Starts the program. It ends with the test at the latest."""
        options.setdefault("stdin", subprocess.DEVNULL)
        options.setdefault("stdout", subprocess.PIPE)
        options.setdefault("stderr", subprocess.PIPE)
        options.setdefault("env", self.environment())
        process = subprocess.Popen([BINARY, *map(str, words)], text=True, cwd=self.path,
                                   preexec_fn=die_with_parent, **options)
        self._processes.append(process)
        return process

    def serve(self):
        """Starts `lab serve` and waits until it can be reached."""
        self.server_may_end = False
        self.server = self.popen(["lab", "serve", self.lab_file, "--socket", self.socket],
                                 stdout=subprocess.DEVNULL, stderr=None)

        def reachable():
            if self.server.poll() is not None:
                raise AssertionError(f"lab serve ended with {self.server.returncode}")
            try:
                self.client().close()
                return True
            except OSError:
                return False
        wait_until(reachable, "lab serve to listen")

    def kill_server(self):
        """The hardware is gone, all of a sudden."""
        self.server_may_end = True
        self.server.kill()
        self.server.wait()

    def start(self, *words, json=True, configuration=None, **options):
        """Starts a command beside the test."""
        prefix = ["--config", configuration or self.configuration] + (["--json"] if json else [])
        return Running(self.popen(prefix + list(words), **options), json)

    def run(self, *words, json=False, configuration=None, timeout_s=PATIENCE_S, **options):
        """Runs a command to its end."""
        prefix = ["--config", configuration or self.configuration] + (["--json"] if json else [])
        process = self.popen(prefix + list(words), **options)
        out, err = process.communicate(timeout=timeout_s)
        return Completed(process.returncode, out, err, json)

    def close(self):
        for process in self._processes:
            process.kill()
            process.wait()
            for stream in (process.stdout, process.stderr):
                if stream is not None and not stream.closed and not isinstance(stream, int):
                    stream.close()
        shutil.rmtree(self.path, ignore_errors=True)

    # Hardware.

    def client(self):
        return LabClient(self.socket, PATIENCE_S)

    def control(self, port, word, **keys):
        with self.client() as client:
            return client.control(port, word, **keys)

    def fault(self, port, when, do, nth=1):
        return self.control(port, "fault", when=when, nth=nth, do=do)

    def dump(self, port):
        return self.control(port, "dump")

    def banks(self, port):
        return self.dump(port)["banks"]

    def running_version(self, port):
        """What runs, or None while the module boots or is gone."""
        running = [bank["version"] for bank in self.banks(port).values() if bank["running"]]
        return running[0] if running else None

    def settle(self, port):
        """Waits until the module has booted."""
        def ready():
            with self.client() as client:
                reply = client.wait(client.send_transfer(port, bytes([3]), 1))
                return reply["ack"] and int(reply["read"][0], 16) >> 1 & 7 == 3
        wait_until(ready, f"{port} to be ready")

    def power_cycle(self, port):
        """Power off and on; returns once the module has booted."""
        self.control(port, "power-cycle")
        self.settle(port)

    # Images.

    def image(self, version, name=None, part=PART, size=20_000, seed=1, manifest=True, **more):
        """An image that emulated devices accept, with or without its manifest; `more` are options
        of `lab image`, such as kind="fpga-card"."""
        path = self.path / (name or f"fw-{version}.bin")
        options = [word for key, value in more.items() for word in (f"--{key}", value)]
        made = self.run("lab", "image", "--version", version, "--part", part, "--size", size,
                        "--seed", seed, "-o", path, *options)
        assert made.code == 0, made
        if not manifest:
            self.manifest(path).unlink()
        return path

    @staticmethod
    def manifest(image):
        """Where the manifest of an image is."""
        return pathlib.Path(f"{image}.toml")


def sha256(path):
    return hashlib.sha256(pathlib.Path(path).read_bytes()).hexdigest()


class LabTest(unittest.TestCase):
    """A test in a lab."""

    maxDiff = None

    def lab(self, *modules, **options):
        """A lab that lives until the end of the test."""
        lab = Lab(list(modules), **options)
        self.addCleanup(lab.close)
        self.addCleanup(self._check_violations, lab)
        return lab

    def _check_violations(self, lab):
        if lab.server is None or lab.server_may_end:
            return
        self.assertIsNone(lab.server.poll(), "lab serve has ended by itself")
        if lab.violations_expected:
            return
        for name in lab.names:
            self.assertEqual(lab.dump(name)["counters"]["violations"], [], name)

    # What tests of this program expect in many places.

    def assertUpdated(self, lab, port, image, version, bank="B"):
        """The module runs the image, committed, and holds it byte for byte."""
        self.assertEqual(
            lab.banks(port)[bank],
            {"version": version, "valid": True, "running": True, "committed": True,
             "sha256": sha256(image), "length": os.path.getsize(image)}, port)

    def assertUntouched(self, lab, port, version="1.2.0"):
        """The module runs its old image and holds nothing else."""
        banks = lab.banks(port)
        self.assertTrue(banks["A"]["running"] and banks["A"]["committed"], banks)
        self.assertEqual(banks["A"]["version"], version)
        if "B" in banks:
            self.assertEqual((banks["B"]["valid"], banks["B"]["length"]), (False, 0), banks)

    def assertCode(self, result, code):
        self.assertEqual(result.code, code, str(result))

    def assertError(self, result, code, *words, device=None):
        """The exit code, and an error on standard error: one line, naming device and words."""
        self.assertCode(result, code)
        prefix = f"reflash: {device}: " if device else "reflash: "
        lines = result.err.splitlines()
        for line in lines:
            self.assertTrue(line.startswith("reflash: "), str(result))
            self.assertTrue(line.isprintable(), repr(line))
        hits = [line for line in lines if line.startswith(prefix)
                and all(word in line for word in words)]
        self.assertTrue(hits, f"no error '{prefix}' with {words}:\n{result}")
        self.assertEqual(len(hits), len(set(hits)), f"an error is said twice:\n{result}")

    def assertTruthful(self, result, banks):
        """The state and version of a result are what the module's dump shows."""
        self.assertTrue(result.get("message"), result)
        running = [bank["version"] for bank in banks.values() if bank["running"]]
        self.assertEqual(result["version"], running[0] if running else None, result)
        for name, bank in banks.items():
            words = ("is empty" if not bank["valid"] else
                     f"{'runs' if bank['running'] else 'holds'} {bank['version']}")
            self.assertIn(f"bank {name} {words}", result["state"])
