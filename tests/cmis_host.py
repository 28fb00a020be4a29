# SPDX-License-Identifier: Apache-2.0
"""A small CMIS host over a lab socket: enough of CDB to update the firmware of a module.

Written from the specification alone, to hold the emulated modules against an implementation that is
not reflash. It is as careful as a host has to be and as plain as possible; it is not fast.
"""

import time

from lab_client import NotAcknowledged

# Commands.
QUERY_STATUS = 0x0000
ENTER_PASSWORD = 0x0001
FIRMWARE_FEATURES = 0x0041
FIRMWARE_INFO = 0x0100
START = 0x0101
ABORT = 0x0102
WRITE_LPL = 0x0103
WRITE_EPL = 0x0104
READ_LPL = 0x0105
COMPLETE = 0x0107
RUN = 0x0109
COMMIT = 0x010A

# Statuses.
SUCCESS = 0x01
BUSY = 0x80
UNKNOWN_COMMAND = 0x41
BAD_CHECK_CODE = 0x45
LOCKED = 0x46
NOT_NOW = 0x47

CDB_PAGE = 0x9F
FIRST_EPL_PAGE = 0xA0
PAGE_BYTES = 128


class CommandFailed(Exception):
    """The module ended a command with a status of failure."""

    def __init__(self, command, status):
        super().__init__(f"command {command:04X}h ended with status {status:02X}h")
        self.status = status


def check_code(header, lpl):
    """CdbChkCode of the bytes 128-132 and the LPL: the one's complement of their sum."""
    return ~(sum(header) + sum(lpl)) & 0xFF


class CmisHost:
    """A module of a lab, spoken to as a host does. `client` is a LabClient."""

    def __init__(self, client, port, deadline_s=60.0):
        self._client = client
        self._port = port
        self._deadline_s = deadline_s
        advertised = self.read(163, 4, page=0x01)
        self.background = bool(advertised[0] & 0x20)
        self.auto_paging = bool(advertised[0] & 0x10)
        self.epl_pages = {5: 8, 6: 12, 7: 16}.get(advertised[0] & 0x0F, advertised[0] & 0x0F)
        self.longest_epl = 8 * (1 + advertised[1])
        self.longest_lpl = 8 * (1 + min(advertised[1], 15))
        self.trigger_on_stop = bool(advertised[2] & 0x80)

    # Memory. A module that does not acknowledge is busy, until the deadline is over.

    def read(self, offset, count, page=None):
        self._select(page)
        return self._patiently(bytes([offset]), count)[0]

    def write(self, offset, data, page=None):
        self._select(page)
        self._patiently(bytes([offset]) + bytes(data))

    def _select(self, page):
        if page is not None:
            self._patiently(bytes([126, 0, page]))

    def _patiently(self, *messages):
        deadline = time.monotonic() + self._deadline_s
        while True:
            try:
                return self._client.transfer(self._port, *messages)
            except NotAcknowledged:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.001)

    # Commands.

    def command(self, number, lpl=b"", epl_length=0):
        """Carries out a command and returns its status."""
        header = number.to_bytes(2, "big") + epl_length.to_bytes(2, "big") + bytes([len(lpl)])
        body = header[2:] + bytes([check_code(header, lpl), 0, 0]) + lpl
        self.read(8, 1)  # takes the completion flag of the command before
        self._select(CDB_PAGE)
        if self.trigger_on_stop and len(body) + 2 <= self.longest_lpl:
            self.write(128, header[:2] + body)
        else:
            self._write_in_bursts(130, body, self.longest_lpl)
            self.write(128, header[:2])
        return self._completion()

    def _write_in_bursts(self, offset, data, longest):
        for start in range(0, len(data), longest):
            self.write(offset + start, data[start : start + longest])

    def _completion(self):
        """The status once the command is over. A 01h right after the trigger may be an old one."""
        deadline = time.monotonic() + self._deadline_s
        over = False
        while time.monotonic() < deadline:
            try:
                flags, = self._client.transfer(self._port, bytes([8]), 1)
                status, = self._client.transfer(self._port, bytes([37]), 1)
            except NotAcknowledged:
                over = True  # a module without background mode was busy
                continue
            busy = status[0] >= BUSY
            over = over or busy or bool(flags[0] & 0x40)
            if over and not busy:
                return status[0]
            time.sleep(0.0005)
        raise TimeoutError("the module does not finish its command")

    def reply(self):
        """The reply of the last command, its check code verified."""
        length, code = self.read(134, 2, page=CDB_PAGE)
        data = b"".join(
            self.read(136 + start, min(self.longest_lpl, length - start))
            for start in range(0, length, self.longest_lpl)
        )
        if code != check_code(b"", data):
            raise ValueError(f"the reply has check code {code:02X}h")
        return data

    def perform(self, number, lpl=b"", epl_length=0):
        """Carries out a command that has to succeed; returns its reply."""
        status = self.command(number, lpl, epl_length)
        if status != SUCCESS:
            raise CommandFailed(number, status)
        return self.reply() if number in (QUERY_STATUS, FIRMWARE_FEATURES, FIRMWARE_INFO) else b""

    # Firmware.

    def firmware(self):
        """The banks as 0100h tells them: name to version, running, committed, valid."""
        reply = self.perform(FIRMWARE_INFO)
        banks = {}
        for name, shift, at in (("A", 0, 2), ("B", 4, 38)):
            flags = reply[0] >> shift
            version = f"{reply[at]}.{reply[at + 1]}.{int.from_bytes(reply[at + 2:at + 4], 'big')}"
            banks[name] = {
                "version": version,
                "running": bool(flags & 1),
                "committed": bool(flags & 2),
                "valid": not flags & 4,
            }
        return banks

    def download(self, image, use_epl=None):
        """Start, all blocks, Complete. `use_epl` chooses where the module takes both."""
        features = self.perform(FIRMWARE_FEATURES)
        header_bytes = features[2]
        takes_epl = features[5] in (0x02, 0x03, 0x10, 0x11) and self.epl_pages > 0
        takes_lpl = features[5] in (0x01, 0x03, 0x11)
        if use_epl is None:
            use_epl = takes_epl
        assert takes_epl if use_epl else takes_lpl, "the module does not take blocks in this way"
        self.perform(START, len(image).to_bytes(4, "big") + bytes(4) + image[:header_bytes])
        payload = image[header_bytes:]
        block_bytes = self.epl_pages * PAGE_BYTES if use_epl else 116
        for address in range(0, len(payload), block_bytes):
            block = payload[address : address + block_bytes]
            if use_epl:
                self._write_epl(block)
                self.perform(WRITE_EPL, address.to_bytes(4, "big"), len(block))
            else:
                self.perform(WRITE_LPL, address.to_bytes(4, "big") + block)
        self.perform(COMPLETE)

    def _write_epl(self, block):
        burst = self.longest_epl
        if not self.auto_paging:
            burst = min(burst, PAGE_BYTES)
        offset = 0
        while offset < len(block):
            page, at = divmod(offset, PAGE_BYTES)
            room = burst if self.auto_paging else min(burst, PAGE_BYTES - at)
            piece = block[offset : offset + room]
            self.write(128 + at, piece, page=FIRST_EPL_PAGE + page)
            offset += len(piece)

    def run(self, major, minor, delay_ms=100):
        """Starts the image of the other bank and waits until the module runs major.minor."""
        self.perform(RUN, bytes([0, 0]) + delay_ms.to_bytes(2, "big"))
        deadline = time.monotonic() + self._deadline_s
        while time.monotonic() < deadline:
            if tuple(self.read(39, 2)) == (major, minor) and self.state() == 3:
                return
            time.sleep(0.005)
        raise TimeoutError(f"the module does not come up with {major}.{minor}")

    def state(self):
        """Module state: 1 low power, 2 powering up, 3 ready."""
        return self.read(3, 1)[0] >> 1 & 7

    def commit(self):
        self.perform(COMMIT)

    def enter_password(self, password):
        self.perform(ENTER_PASSWORD, password)
