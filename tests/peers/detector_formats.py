"""The formats of the detector data plane: packets, geometry, test pattern, rings and messages.

Written from the description of the protocols alone, as another laboratory would write it, and used by the peers in
this folder. It must never be derived from, or share code with, the programs that it is held against.
"""

import json
import mmap
import os
import struct

import numpy as np

from wire import varint

GRANULE = 2 << 20
FRAME_METADATA_BYTES = 64
STATUS_GOOD, STATUS_MISSING = 1, 2


def load(path):
    with open(path, encoding="utf-8") as file:
        config = json.load(file)
    config["folder"] = os.path.dirname(os.path.abspath(path))
    kinds = {"jungfrau": Jungfrau, "jungfrau-raw": Jungfrau, "jungfrau-converted": JungfrauConverted, "eiger": Eiger, "gigafrost": Gigafrost}
    return kinds[config["detector_type"]](config)


class Detector:
    """What every kind has in common. A kind gives `rows`, `columns`, `dtype`, `packets` and the geometry."""

    def __init__(self, config):
        self.config = config
        self.name = config["detector_name"]
        self.height = int(config["image_pixel_height"])
        self.width = int(config["image_pixel_width"])
        self.first_port = int(config["start_udp_port"])
        self.modules = self.active_modules()
        self._base = {}

    @property
    def image_bytes(self):
        return self.height * self.width * self.dtype.itemsize

    def active_modules(self):
        return sorted(int(m) for m in self.config["module_positions"])

    def port(self, module):
        return self.first_port + module

    def pattern(self, module, image_id):
        """31 column + 1033 row + 7919 module + 17 image id, modulo 2^32, cut to the pixel's bits."""
        if module not in self._base:
            row = np.arange(self.rows, dtype=np.uint64)[:, None]
            column = np.arange(self.columns, dtype=np.uint64)[None, :]
            self._base[module] = (31 * column + 1033 * row + 7919 * module).astype(np.uint32)
        values = self._base[module] + np.uint32(17 * image_id & 0xFFFFFFFF)
        return (values & np.uint32(2**self.wire_bits - 1)).astype(self.dtype)

    def incomplete_pattern(self, module, image_id):
        """What is to be seen of a frame that misses packets, apart from these."""
        return self.pattern(module, image_id)

    def take(self, image, module):
        """The pixels of a module, in its own frame, out of an image."""
        rows, columns = self.place(module)
        return image[np.ix_(rows, columns)]

    def put(self, image, module, pixels):
        rows, columns = self.place(module)
        image[np.ix_(rows, columns)] = pixels

    def packet_rows(self, packet):
        """The rows of the module that a packet carries, [first, end)."""
        first = packet * self.rows_per_packet
        return first, min(first + self.rows_per_packet, self.rows)

    def encode(self, pixels):
        return pixels.astype(self.dtype).tobytes()

    def offset(self, packet):
        """Where the data of a packet begin in the frame."""
        return packet * self.data_bytes(0)

    def datagram_bytes(self, packet):
        return self.header_bytes + self.data_bytes(packet) + self.pad_bytes(packet)

    def pad_bytes(self, packet):
        return 0

    @property
    def frame_bytes(self):
        return self.offset(self.packets - 1) + self.data_bytes(self.packets - 1)

    @property
    def slot_bytes(self):
        last = self.packets - 1
        return (self.data_bytes(0) + self.pad_bytes(0)) * last + self.data_bytes(last) + self.pad_bytes(last)


class Sls(Detector):
    """The 48-byte header that Eiger and Jungfrau share."""

    header_bytes = 48
    header = struct.Struct("<QIIQQHHHHIHBB")

    def data_bytes(self, packet):
        return self.packet_data

    @property
    def packets(self):
        return self.rows * self.columns * self.dtype.itemsize // self.packet_data

    @property
    def rows_per_packet(self):
        return self.packet_data // (self.columns * self.dtype.itemsize)


class Eiger(Sls):
    rows, columns, packet_data, type_code = 256, 512, 4096, 3

    def __init__(self, config):
        self.wire_bits = int(config["bit_depth"])
        self.dtype = np.dtype(f"<u{self.wire_bits // 8}")
        super().__init__(config)

    def place(self, module):
        start_x, start_y, end_x, end_y = self.config["module_positions"][str(module)]
        step = 1 if end_y > start_y else -1
        rows = np.arange(start_y, end_y + step, step)
        columns = np.r_[start_x : start_x + 256, start_x + 258 : start_x + 514]
        assert len(rows) == 256 and columns[-1] == end_x
        return rows, columns

    def make_header(self, module, image_id, packet, fields):
        return self.header.pack(image_id, fields["exposure"], packet, fields["specific1"], fields["timestamp"], module,
                                fields["row"], fields["column"], fields["specific2"], fields["specific3"], fields["round_robin"], self.type_code, 2)

    def frame_metadata(self, module, image_id, missing, fields):
        return struct.pack("<QQHHHH", image_id, missing, module, self.wire_bits, fields["row"], fields["column"]).ljust(64, b"\0")

    def check_header(self, header, module, image_id, packet):
        f = self.header.unpack(header)
        return (f[0], f[2], f[5], f[11], f[12]) == (image_id, packet, module, self.type_code, 2)

    def identify(self, header):
        f = self.header.unpack(header)
        return f[0], f[5], f[2]


class Jungfrau(Sls):
    rows, columns, packet_data = 512, 1024, 8192
    wire_bits, dtype = 16, np.dtype("<u2")
    header = struct.Struct("<QIIdQHHHHIHBB")

    def place(self, module):
        start_x, start_y, end_x, end_y = self.config["module_positions"][str(module)]
        step = 1 if end_y > start_y else -1
        return np.arange(start_y, end_y + step, step), np.arange(start_x, end_x + 1)

    def make_header(self, module, image_id, packet, fields):
        return self.header.pack(fields["frame_number"], fields["exposure"], packet, float(image_id), fields["timestamp"], module,
                                fields["row"], fields["column"], fields["specific2"], fields["specific3"], fields["round_robin"], 4, 2)

    def frame_metadata(self, module, image_id, missing, fields):
        return struct.pack("<QQHQQQQ", image_id, missing, module, image_id, fields["frame_number"], fields["specific3"], module).ljust(64, b"\0")

    def check_header(self, header, module, image_id, packet):
        f = self.header.unpack(header)
        return (f[2], f[3], f[5], f[12]) == (packet, float(image_id), module, 2)

    def identify(self, header):
        f = self.header.unpack(header)
        return int(f[3]), f[5], f[2]


class JungfrauConverted(Jungfrau):
    """(adc - pedestal) * gain in 32-bit floating point; gain bits 0, 1, 3 choose parameters 0, 1, 2 (2 does not occur: 2), or bits % 3."""

    packets, rows_per_packet, dtype = 128, 4, np.dtype("<f4")

    def __init__(self, config):
        super().__init__(config)
        import h5py

        with h5py.File(os.path.join(config["folder"], config["gain_file"]), "r") as file:
            self.gains = file[config.get("gains_dataset", "/gains")][:].astype("<f4")
            self.pedestals = file[config.get("pedestals_dataset", "/pedestals")][:].astype("<f4")
        self.stages = np.array([0, 1, 2, 0] if config.get("gain_rule") == "upstream" else [0, 1, 2, 2])

    def incomplete_pattern(self, module, image_id):
        # In such a frame a pixel of 0 cannot be told from one that is missing.
        column, row = np.meshgrid(np.arange(1024), np.arange(512))
        raw = (31 * column + 1033 * row + 7919 * module + 17 * image_id) & 0xFFFF
        return np.where(raw == 0, np.float32(0), self.pattern(module, image_id))

    def pattern(self, module, image_id):
        rows = slice(512 * module, 512 * module + 512)
        column, row = np.meshgrid(np.arange(1024), np.arange(512))
        raw = (31 * column + 1033 * row + 7919 * module + 17 * image_id) & 0xFFFF
        stage = self.stages[raw >> 14]
        gain = np.choose(stage, self.gains[:, rows])
        pedestal = np.choose(stage, self.pedestals[:, rows])
        return ((raw & 0x3FFF).astype("<f4") - pedestal) * gain


class Gigafrost(Detector):
    header_bytes = 32
    header = struct.Struct("<BBBBIIHHQII")
    wire_bits, dtype = 12, np.dtype("<u2")

    def __init__(self, config):
        super().__init__(config)
        self.columns, self.rows = self.width // 2, self.height // 4
        blocks = self.columns // 12
        cubes = (7400 // (36 * blocks)) * blocks // 2
        self.rows_per_packet = min(cubes * 48 // self.columns, self.rows)
        self.packets = -(-self.rows // self.rows_per_packet)

    def active_modules(self):
        return list(range(8))

    def place(self, module):
        quadrant, link = module // 2, module % 2
        r = np.arange(self.rows)
        south, east = quadrant in (0, 1), quadrant in (1, 3)
        rows = self.height // 2 + link + 2 * r if south else (self.height - 1) // 2 - link - 2 * r
        first = self.width // 2 if east else 0
        return rows, np.arange(first, first + self.columns)

    def data_bytes(self, packet):
        first, end = self.packet_rows(packet)
        return self.columns * (end - first) * 3 // 2

    def pad_bytes(self, packet):
        first, end = self.packet_rows(packet)
        return 36 if (end - first) % 2 == 1 and self.columns % 48 != 0 else 0

    def encode(self, pixels):
        p = pixels.reshape(-1, 2).astype(np.uint16)
        packed = np.empty((len(p), 3), np.uint8)
        packed[:, 0] = p[:, 0] & 0xFF
        packed[:, 1] = p[:, 0] >> 8 | (p[:, 1] & 0x0F) << 4
        packed[:, 2] = p[:, 1] >> 4
        return packed.tobytes()

    def make_header(self, module, image_id, packet, fields):
        rows = self.height // 2
        return self.header.pack(
            0xCB, self.columns // 12, rows & 0xFE | fields["swap"],
            (module // 2) << 6 | (module % 2) << 5 | fields["correction"] << 2 | rows >> 8 & 3,
            fields["scan_id"], image_id, fields["status"], packet * self.rows_per_packet,
            fields["timestamp"] & 0xFFFFFFFFFF | fields["exposure"] << 40, fields["sync_time"], fields["scan_time"])

    def frame_metadata(self, module, image_id, missing, fields):
        return struct.pack("<QQHBBBBBBIIIIIQQ", image_id, missing, module, fields["swap"], module % 2, fields["correction"], module // 2,
                           self.rows_per_packet, fields["status"] >> 15, fields["scan_id"], self.columns, self.rows,
                           fields["scan_time"], fields["sync_time"], fields["timestamp"] & 0xFFFFFFFFFF, fields["exposure"]).ljust(64, b"\0")

    def check_header(self, header, module, image_id, packet):
        f = self.header.unpack(header)
        rows = self.height // 2
        return (f[0], f[1], f[2], f[3] & 0b11100011, f[5], f[6] >> 15, f[7]) == (
            0xCB, self.columns // 12, rows & 0xFE, (module // 2) << 6 | (module % 2) << 5 | rows >> 8 & 3, image_id, 0, packet * self.rows_per_packet)

    def identify(self, header):
        f = self.header.unpack(header)
        return f[5], f[3] >> 5, f[7] // self.rows_per_packet


class Ring:
    """A ring in POSIX shared memory: the slot of an id is `id % slots`."""

    def __init__(self, name, slot_bytes, slots, create=False):
        self.slot_bytes, self.slots = slot_bytes, slots
        self.path = "/dev/shm/" + name
        size = -(-slot_bytes * slots // GRANULE) * GRANULE
        descriptor = os.open(self.path, os.O_RDWR | (os.O_CREAT if create else 0), 0o660)
        if create and os.fstat(descriptor).st_size == 0:
            os.ftruncate(descriptor, size)
        self.size = os.fstat(descriptor).st_size
        if self.size != size:
            raise SystemExit(f"{self.path} has {self.size} bytes instead of {size}")
        self.memory = mmap.mmap(descriptor, size)
        os.close(descriptor)

    def read(self, image_id, length):
        start = image_id % self.slots * self.slot_bytes
        return self.memory[start : start + length]

    def write(self, image_id, data):
        start = image_id % self.slots * self.slot_bytes
        self.memory[start : start + len(data)] = data

    def close(self):
        self.memory.close()


def decode_protobuf(data):
    """Fields of a protobuf message (proto3 wire format): number -> int, or bytes."""
    fields, at = {}, 0
    while at < len(data):
        key, at = varint(data, at)
        if key & 7 == 0:
            fields[key >> 3], at = varint(data, at)
        elif key & 7 == 2:
            length, at = varint(data, at)
            fields[key >> 3] = data[at : at + length]
            at += length
        else:
            raise ValueError(f"wire type {key & 7} is not used by ImageMetadata")
    return fields


def encode_protobuf(fields):
    """The other way round, in the order given."""

    def varint(value):
        out = bytearray()
        while value >= 0x80:
            out.append(value & 0x7F | 0x80)
            value >>= 7
        return bytes(out) + bytes([value])

    out = b""
    for number, value in fields.items():
        if isinstance(value, bytes):
            out += varint(number << 3 | 2) + varint(len(value)) + value
        elif value:
            out += varint(number << 3) + varint(value)
    return out
