import Archives
import Compression
import Diagnostics
import HostFiles
import Subprocess
import SystemPackage
import TestSupport
import Testing

@Suite struct TarWriterTests {
    let files = HostFileSystem()
    let writer = TarWriter(HostFileSystem(), modified: 1_700_000_000)

    /// Bytes that do not compress well, the same in every run.
    static func noise(_ count: Int) -> [UInt8] {
        var state: UInt64 = 1
        return (0..<count).map { _ in
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return UInt8(truncatingIfNeeded: state >> 35)
        }
    }

    /// Members of all kinds, with names of all kinds.
    static let members: [TarMember] = [
        TarMember("lib/a-1/ebin/a.app", .bytes(Array("{application,a,[]}.\n".utf8))),
        TarMember("lib/a-1/ebin/empty.beam", .bytes([])),
        TarMember("lib/a-1/priv/tool", .bytes(Array("#!/bin/sh\n".utf8), isExecutable: true)),
        TarMember("lib/a-1/priv/kette/höhe/☃.txt", .bytes(Array("snow".utf8))),
        TarMember("lib/a-1/priv/empty", .folder),
        TarMember("lib/a-1/priv/link", .symbolicLink(to: Array("tool".utf8))),
        TarMember("lib/a-1/priv/liñk", .symbolicLink(to: Array("höhe/☃.txt".utf8))),
        TarMember("lib/" + String(repeating: "d", count: 90) + "/" + String(repeating: "f", count: 90), .bytes([1])),
        TarMember(String(repeating: "x", count: 101), .bytes([2])),
        TarMember("lib/" + String(repeating: "component/", count: 30) + "end", .bytes([3])),
        TarMember("lib/" + String(repeating: "höhe/", count: 60) + "☃", .bytes([4])),
        TarMember("lib/long-link", .symbolicLink(to: Array(String(repeating: "up/", count: 60).utf8) + [0x78])),
        TarMember("releases/1/block", .bytes(noise(512))),
        TarMember("releases/1/more", .bytes(noise(513))),
    ]

    @Test func readerGivesTheMembersBack() async throws {
        let archive = try ReadArchive(bytes: try await self.writer.bytes(of: Self.members))
        #expect(archive.findings.isEmpty)
        let expected = Self.members.map { member in
            let (kind, contents, mode, target): (ArchiveEntry.Kind, [UInt8], UInt16, [UInt8]) =
                switch member.content {
                case .bytes(let bytes, let isExecutable): (.file, bytes, isExecutable ? 0o755 : 0o644, [])
                case .folder: (.folder, [], 0o755, [])
                case .symbolicLink(let target): (.symbolicLink, [], 0o777, target)
                case .file: (.other, [], 0, [])
                }
            return ReadArchive.Member(
                entry: ArchiveEntry(
                    name: member.name + (kind == .folder ? [0x2F] : []), kind: kind, size: contents.count, mode: mode,
                    linkTarget: target, modified: 1_700_000_000), contents: contents)
        }
        #expect(archive.members == expected)
    }

    @Test func bytesAreTheSameForAnyNumberOfCores() async throws {
        let big = TarMember("big", .bytes(Self.noise(GzipCompressor.chunkSize * 3 + 12_345)))
        var writer = self.writer
        writer.concurrency = 1
        let alone = try await writer.bytes(of: Self.members + [big])
        for concurrency in [2, 3, 16] {
            writer.concurrency = concurrency
            let bytes = try await writer.bytes(of: Self.members + [big])
            #expect(bytes == alone)
        }
        #expect(try ReadArchive(bytes: alone).members.count == Self.members.count + 1)
    }

    @Test func streamIsTheOneOfTheCompressor() async throws {
        let compressed = try await self.writer.bytes(of: Self.members)
        let tar = try Inflate.gzip(compressed, limit: 1 << 20)
        #expect(try GzipCompressor.compress(tar) == compressed)
        // Exactly two zero blocks, as `systools:make_tar` ends an archive.
        #expect(tar.count % 512 == 0)
        #expect(tar.suffix(1024).allSatisfy { $0 == 0 })
        #expect(!tar.dropLast(1024).suffix(512).allSatisfy { $0 == 0 })
    }

    @Test func emptyArchiveIsTwoZeroBlocks() async throws {
        let compressed = try await self.writer.bytes(of: [])
        #expect(try Inflate.gzip(compressed, limit: 4096) == [UInt8](repeating: 0, count: 1024))
        #expect(try ReadArchive(bytes: compressed).members.isEmpty)
    }

    @Test func modeOfAFileIsItsExecutableBitOnly() async throws {
        try await withTemporaryFolder { folder in
            var results: Set<[UInt8]> = []
            for (plain, tool): (UInt16, UInt16) in [(0o644, 0o755), (0o600, 0o700), (0o666, 0o777), (0o4444, 0o4711)] {
                try self.files.replaceFile(folder.appending("plain"), with: [1], mode: plain)
                try self.files.replaceFile(folder.appending("tool"), with: [2], mode: tool)
                results.insert(
                    try await self.writer.bytes(of: [
                        TarMember("plain", .file(folder.appending("plain"))),
                        TarMember("tool", .file(folder.appending("tool"))),
                    ]))
            }
            #expect(results.count == 1)
            let archive = try ReadArchive(bytes: try #require(results.first))
            #expect(archive.members.map(\.entry.mode) == [0o644, 0o755])
        }
    }

    @Test func fileIsWrittenWholeAndSeenByTheTap() async throws {
        try await withTemporaryFolder { folder in
            let source = folder.appending("source")
            try self.files.replaceFile(source, with: Self.noise(3_000_000))
            let target = folder.appending("out.tar.gz")
            var seen: [UInt8] = []
            let summary = try await self.writer.write([TarMember("s", .file(source))], to: target) { seen += $0 }
            let written = try self.files.readFile(target)
            #expect(seen == written)
            #expect(summary.members == 1)
            #expect(summary.tarBytes == 512 + 3_000_320 + 1024)
            #expect(summary.fileBytes == written.count)
            #expect(try self.files.facts(of: target).mode == 0o644)
            let archive = try ReadArchive(target)
            #expect(archive.members.map(\.contents) == [Self.noise(3_000_000)])
        }
    }

    @Test(arguments: [
        ("", "it is empty"), ("/a", "it has an empty component"), ("a/", "it has an empty component"),
        ("a//b", "it has an empty component"), ("./a", "it has a component `.` or `..`"),
        ("a/../b", "it has a component `.` or `..`"), ("a\0b", "it has a NUL byte"),
    ])
    func unusableNameIsAnError(_ name: String, _ detail: String) async throws {
        let error = try await #require(throws: ArchiveError.self) {
            try await self.writer.bytes(of: [TarMember(name, .bytes([]))])
        }
        #expect(error == ArchiveError(.unusableName, "archive", member: Array(name.utf8), detail: detail))
    }

    @Test func otherUnusableMembersAreErrors() async throws {
        for (member, detail) in [
            (TarMember([0x61, 0xFF], .folder), "it is not UTF-8"),
            (TarMember("l", .symbolicLink(to: [])), "its link target is empty"),
            (TarMember("l", .symbolicLink(to: [0xFF])), "its link target: it is not UTF-8"),
        ] {
            let error = try await #require(throws: ArchiveError.self) { try await self.writer.bytes(of: [member]) }
            #expect(error == ArchiveError(.unusableName, "archive", member: member.name, detail: detail))
        }
        let twice = try await #require(throws: ArchiveError.self) {
            try await self.writer.bytes(of: [TarMember("a", .folder), TarMember("a", .bytes([]))])
        }
        #expect(twice == ArchiveError(.duplicateMember, "archive", member: Array("a".utf8)))
    }

    @Test func fileThatChangesWhileItIsReadIsAnError() async throws {
        try await withTemporaryFolder { folder in
            let source = folder.appending("source")
            let target = folder.appending("out.tar.gz")
            for isShortened in [true, false] {
                try self.files.replaceFile(source, with: Self.noise(8 << 20))
                var isChanged = false
                let error = try await #require(throws: ArchiveError.self) {
                    _ = try await self.writer.write([TarMember("s", .file(source))], to: target) { _ in
                        guard !isChanged else { return }
                        isChanged = true
                        // In place: a new file of that name would not be the one that is read.
                        let open = try? FileDescriptor.open(source, .writeOnly)
                        try? open?.resize(to: isShortened ? 100 : 9 << 20)
                        try? open?.close()
                    }
                }
                #expect(isChanged)
                #expect(error.code == .host(HostFileError(.read, source, .changedWhileRead)))
                #expect(error.member == Array("s".utf8))
                #expect(try self.files.entries(of: folder).map(\.name) == ["source"])
            }
        }
    }

    @Test func missingFileAndPipeAreErrors() async throws {
        try await withTemporaryFolder { folder in
            let missing = folder.appending("missing")
            let error = try await #require(throws: ArchiveError.self) {
                try await self.writer.bytes(of: [TarMember("m", .file(missing))])
            }
            #expect(error.code == .host(HostFileError(.read, missing, .system(.noSuchFileOrDirectory))))
            #expect(error.diagnostic.id.rawValue == "host/missing")
            let second = try await #require(throws: ArchiveError.self) {
                try await self.writer.bytes(of: [TarMember("m", .file(folder))])
            }
            #expect(second.code == .host(HostFileError(.read, folder, .wrongKind(.folder, wanted: .file))))
        }
    }

    @Test func fullDiskLeavesTheOldArchive() async throws {
        try await withTemporaryFolder { folder in
            let target = folder.appending("out.tar.gz")
            try self.files.replaceFile(target, with: [1])
            let faulty = TarWriter(FaultyFiles(.failures(of: .write, .noSpace)).files, modified: 0)
            let error = try await #require(throws: ArchiveError.self) {
                _ = try await faulty.write(Self.members, to: target)
            }
            #expect(error.code == .host(HostFileError(.write, target, .system(.noSpace))))
            #expect(try self.files.readFile(target) == [1])
            #expect(try self.files.entries(of: folder).map(\.name) == ["out.tar.gz"])
        }
    }

    @Test func killedAtAnyMomentTheArchiveIsOldOrNew() async throws {
        try await withTemporaryFolder { folder in
            let target = folder.appending("out.tar.gz")
            let new = try await self.writer.bytes(of: Self.members)
            let whole = FaultyFiles()
            _ = try await TarWriter(whole.files, modified: 1_700_000_000).write(Self.members, to: target)
            for position in whole.effects.indices {
                try self.files.replaceFile(target, with: [1])
                let faulty = TarWriter(FaultyFiles(.kill(at: position)).files, modified: 1_700_000_000)
                await #expect(throws: ArchiveError.self) { _ = try await faulty.write(Self.members, to: target) }
                let content = try self.files.readFile(target)
                #expect(content == [1] || content == new)
            }
        }
    }

    /// A file system of 64 KiB can be mounted where the tests run as root of their own mount namespace.
    @Test func realFullDiskIsNamed() async throws {
        try await withTemporaryFolder { folder in
            let mount = try await run(
                .name("mount"), arguments: ["-t", "tmpfs", "-o", "size=64k", "tmpfs", folder.string], output: .discarded
            )
            guard mount.terminationStatus.isSuccess else { return }
            let error = await #expect(throws: ArchiveError.self) {
                _ = try await self.writer.write(
                    [TarMember("big", .bytes(Self.noise(300_000)))], to: folder.appending("out.tar.gz"))
            }
            let rest = try self.files.entries(of: folder)
            _ = try await run(.name("umount"), arguments: [folder.string], output: .discarded)
            #expect(error?.diagnostic.id.rawValue == "host/no-space")
            #expect(rest.isEmpty)
        }
    }

    @Test(.enabled(if: OTP.isInstalled)) func erlangReadsAllMembers() async throws {
        try await withTemporaryFolder { folder in
            let target = folder.appending("out.tar.gz")
            _ = try await self.writer.write(Self.members, to: target)
            let table = try await OTP.evaluate(
                """
                [File] = init:get_plain_arguments(),
                Hex = fun(Name) -> binary:encode_hex(unicode:characters_to_binary(Name)) end,
                {ok, Names} = erl_tar:table(File, [compressed]),
                [io:put_chars([Hex(N), $\\n]) || N <- Names],
                {ok, Files} = erl_tar:extract(File, [compressed, memory]),
                [io:put_chars([Hex(N), $=, integer_to_list(erlang:crc32(B)), $\\n]) \
                || {N, B} <- Files]
                """, arguments: [target.string])
            let names = Self.members.map { Self.hex($0.name) }
            let contents = Self.members.compactMap { member -> String? in
                guard case .bytes(let bytes, _) = member.content else { return nil }
                var frame = GzipFrame()
                frame.add(bytes.span)
                let checksum = frame.trailer.prefix(4).reversed().reduce(0) { $0 << 8 | UInt32($1) }
                return "\(Self.hex(member.name))=\(checksum)"
            }
            #expect(String(decoding: table, as: UTF8.self).split(separator: "\n").map(String.init) == names + contents)
        }
    }

    @Test func gnuTarReadsAllMembersWithoutComplaint() async throws {
        try await withTemporaryFolder { folder in
            let target = folder.appending("out.tar.gz")
            _ = try await self.writer.write(Self.members, to: target)
            let listing = try await run(
                .name("tar"), arguments: ["-tzf", target.string, "--quoting-style=literal"],
                output: .string(limit: 1 << 20), error: .string(limit: 1 << 20))
            #expect(listing.terminationStatus.isSuccess)
            #expect(listing.standardError.isEmpty)
            let names = Self.members.map {
                String(decoding: $0.name, as: UTF8.self) + ($0.content == .folder ? "/" : "")
            }
            #expect(listing.standardOutput.split(separator: "\n").map(String.init) == names)
        }
    }

    private static func hex(_ bytes: [UInt8]) -> String {
        bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16, uppercase: true) }.joined()
    }
}
