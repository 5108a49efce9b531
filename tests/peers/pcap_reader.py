"""Reads a recording of a simulated detector as any pcap reader would, and checks every header and every pixel.

    pcap_reader.py CONFIG.json FILE.pcap

Prints JSON: how many packets of each port, the seconds between first and last, and `errors`.
"""

import json
import struct
import sys

import detector_formats as formats


def ip_checksum(header):
    total = sum(struct.unpack("!10H", header))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return total ^ 0xFFFF


def main(config, path):
    detector = formats.load(config)
    errors, ports, times, frames = [], {}, [], {}
    with open(path, "rb") as file:
        magic, major, minor, _, _, snaplen, link = struct.unpack("<IHHiIII", file.read(24))
        if (magic, major, minor, link) != (0xA1B23C4D, 2, 4, 101) or snaplen < 65535:
            errors.append(f"file header: {magic:x} {major}.{minor} {snaplen} {link}")
        while record := file.read(16):
            seconds, nanoseconds, captured, length = struct.unpack("<IIII", record)
            packet = file.read(captured)
            times.append(seconds + nanoseconds * 1e-9)
            ip, udp, datagram = packet[:20], packet[20:28], packet[28:]
            _, port, udp_length, _ = struct.unpack("!HHHH", udp)
            if captured != length or len(packet) != length or ip[0] != 0x45 or ip[9] != 17 or ip_checksum(ip) != 0 \
                    or struct.unpack("!H", ip[2:4])[0] != length or udp_length != length - 20 or ip[12:16] != bytes([127, 0, 0, 1]):
                errors.append(f"packet {len(times)}: headers {packet[:28].hex()}")
                continue
            module = port - detector.first_port
            image_id, sender, number = detector.identify(datagram[: detector.header_bytes])
            if sender != module or not detector.check_header(datagram[: detector.header_bytes], module, image_id, number):
                errors.append(f"port {port}: header of module {sender}, image {image_id}, packet {number}")
            if (module, image_id) not in frames:
                frames[module, image_id] = detector.encode(detector.pattern(module, image_id))
            at, size = detector.offset(number), detector.data_bytes(number)
            if datagram[detector.header_bytes :][:size] != frames[module, image_id][at : at + size] or len(datagram) != detector.datagram_bytes(number):
                errors.append(f"port {port}, image {image_id}, packet {number}: the data are not the pattern's")
            ports[port] = ports.get(port, 0) + 1
    print(json.dumps({"ports": ports, "seconds": max(times) - min(times), "first": min(times), "errors": errors[:20]}))


main(*sys.argv[1:])
