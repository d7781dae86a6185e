#!/usr/bin/env python3
"""Makes the archives in `hostile/`: each has one thing in it that a reader must refuse or point out.

Run in this folder; it writes the same bytes every time (Python 3.11, zlib 1.2.13). What each archive must
lead to stands in Tests/ArchivesTests/HostileArchiveTests.swift.
"""

import gzip
import io
import os
import tarfile

OUT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "hostile")


def member(name, data=b"data", type=tarfile.REGTYPE, link="", mode=0o644, major=0, minor=0):
    info = tarfile.TarInfo(name)
    info.type, info.linkname, info.mode = type, link, mode
    info.devmajor, info.devminor = major, minor
    info.size = len(data) if type == tarfile.REGTYPE else 0
    return info, data


def tar(*members, format=tarfile.USTAR_FORMAT, **options):
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=format, **options) as archive:
        for info, data in members:
            archive.addfile(info, io.BytesIO(data) if info.size else None)
    # Two zero blocks, without the rounding to 10240 bytes.
    return out.getvalue().rstrip(b"\0")


def whole(data):
    return data + b"\0" * (-len(data) % 512 + 1024)


def zipped(data):
    return gzip.compress(data, 9, mtime=0)


def header(name, size, type=b"0", raw_size=None):
    """One ustar header with a size field of our own."""
    block = bytearray(512)
    block[0:len(name)] = name
    block[100:108] = b"0000644\0"
    block[108:124] = b"0000000\0" * 2
    block[124:136] = raw_size if raw_size else b"%011o\0" % size
    block[136:148] = b"%011o\0" % 0
    block[148:156] = b" " * 8
    block[156:157] = type
    block[257:265] = b"ustar\00000"
    block[148:156] = b"%06o\0 " % sum(block)
    return bytes(block)


def padded(data):
    return data + b"\0" * (-len(data) % 512)


def pax(records, name=b"PaxHeader/x"):
    body = b""
    for key, value in records:
        line = b" " + key + b"=" + value + b"\n"
        size = len(line)
        while len(str(size).encode() + line) != size:
            size = len(str(size).encode() + line)
        body += str(size).encode() + line
    return header(name, len(body), b"x") + padded(body)


good = whole(tar(member("lib/a-1/ebin/a.app"), member("releases/1/a.rel")))
link = lambda name, to: member(name, b"", tarfile.SYMTYPE, to)

archives = {
    "absolute-name": whole(tar(member("/etc/relift-evil"))),
    "parent-reference": whole(tar(member("../../evil"))),
    "parent-reference-inside": whole(tar(member("lib/../../evil"))),
    "link-absolute": whole(tar(link("lib", "/etc"))),
    "link-to-parent": whole(tar(link("lib/a", "../../outside"))),
    "link-to-parent-detour": whole(tar(link("lib/a", "b/../../../outside"))),
    "link-then-member": whole(tar(link("lib", "elsewhere"), member("lib/a-1/ebin/a.app"))),
    "member-then-link": whole(tar(member("lib/a-1/ebin/a.app"), link("lib", "elsewhere"))),
    "hard-link": whole(tar(member("a"), member("b", b"", tarfile.LNKTYPE, "a"))),
    "hard-link-outside": whole(tar(member("passwd", b"", tarfile.LNKTYPE, "/etc/passwd"))),
    "character-device": whole(tar(member("null", b"", tarfile.CHRTYPE, major=1, minor=3))),
    "block-device": whole(tar(member("sda", b"", tarfile.BLKTYPE, major=8, minor=0))),
    "fifo": whole(tar(member("pipe", b"", tarfile.FIFOTYPE))),
    "setuid": whole(tar(member("bin/tool", mode=0o4755), member("bin/other", mode=0o2755))),
    "duplicate-member": whole(tar(member("a", b"one"), member("./a", b"two"))),
    "file-and-link": whole(tar(member("a"), link("a", "b"))),
    "file-as-folder": whole(tar(member("a"), member("a/b"))),
    "case-twins": whole(tar(member("lib/Readme"), member("lib/README"))),
    "composition-twins": whole(tar(member("lib/\u00e9"), member("lib/e\u0301"))),
    "name-not-utf8": whole(header(b"lib/\xff\xfe", 4) + padded(b"data")),
    "control-character": whole(tar(member("lib/\x1b[2Jclear"))),
    "too-deep": whole(tar(member("d/" * 70 + "f"), format=tarfile.GNU_FORMAT)),
    "name-too-long": whole(tar(member("n" * 5000), format=tarfile.GNU_FORMAT)),
    "component-too-long": whole(tar(member("n" * 300), format=tarfile.GNU_FORMAT)),
    "empty-name": whole(header(b"", 4) + padded(b"data")),
    "pax-renames": whole(pax([(b"path", b"/etc/relift-evil")]) + header(b"harmless", 4) + padded(b"data")),
    "pax-nul-in-name": whole(pax([(b"path", b"lib/a\0/../../evil")]) + header(b"harmless", 4) + padded(b"data")),
    "pax-size": whole(pax([(b"size", b"99999999999999999999")]) + header(b"a", 4) + padded(b"data")),
    "negative-size": whole(header(b"a", 0, raw_size=b"\xff" * 12)),
    "huge-size": header(b"a", 0, raw_size=b"\x80" + b"\0" * 3 + b"\x7f" + b"\xff" * 7) + padded(b"data"),
    "sparse": whole(
        pax([(b"GNU.sparse.major", b"0"), (b"GNU.sparse.minor", b"1"), (b"GNU.sparse.name", b"holes"),
             (b"GNU.sparse.size", b"1099511627776"), (b"GNU.sparse.numblocks", b"1"),
             (b"GNU.sparse.map", b"1099511627772,4")])
        + header(b"holes", 4) + padded(b"data")),
    "damaged-header": good[:1024] + b"\x55" * 512 + good[1536:],
    "data-after-end": good + padded(b"#!/bin/sh\nnobody looks here\n"),
    "bomb": whole(header(b"zeros", 20 << 20) + b"\0" * (20 << 20)),
}

files = {name + ".tar.gz": zipped(data) for name, data in archives.items()}
files["truncated.tar.gz"] = zipped(good)[:-30]
files["wrong-checksum.tar.gz"] = zipped(good)[:-8] + b"\1\2\3\4" + zipped(good)[-4:]
files["two-gzip-members.tar.gz"] = zipped(good[:1024]) + zipped(good[1024:])
files["junk-after-gzip.tar.gz"] = zipped(good) + b"junk"
files["gzip-in-gzip.tar.gz"] = zipped(zipped(good))
files["truncated.tar"] = good[:700]
files["empty.tar.gz"] = b""
files["only-gzip-header.tar.gz"] = zipped(good)[:10]
files["text.tar.gz"] = b"This is no archive.\n"
files["gzipped-text.tar.gz"] = zipped(b"This is no archive.\n" * 100)
files["zip.tar.gz"] = bytes.fromhex(
    "504b0304140000000000000021000000000000000000000000000100000061504b01021403140000000000000021"
    "00000000000000000000000001000000000000000000000080010000000061504b050600000000010001002f0000001f0000000000")

os.makedirs(OUT, exist_ok=True)
for old in os.listdir(OUT):
    os.remove(os.path.join(OUT, old))
for name, data in files.items():
    with open(os.path.join(OUT, name), "wb") as out:
        out.write(data)
