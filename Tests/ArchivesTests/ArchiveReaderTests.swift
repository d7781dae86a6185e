import Archives
import Compression
import Diagnostics
import HostFiles
import Subprocess
import SystemPackage
import TestSupport
import Testing

@Suite struct ArchiveReaderTests {
    let files = HostFileSystem()
    let writer = TarWriter(HostFileSystem(), modified: 0)

    private static let small: [TarMember] = [
        TarMember("lib/a-1/ebin/a.app", .bytes(Array("{application,a,[]}.\n".utf8))),
        TarMember("lib/a-1/priv/☃", .bytes(Array("snow".utf8), isExecutable: true)),
        TarMember("lib/a-1/priv/link", .symbolicLink(to: Array("☃".utf8))),
    ]

    @Test func plainTarIsReadToo() async throws {
        let compressed = try await self.writer.bytes(of: Self.small)
        let plain = try Inflate.gzip(compressed, limit: 1 << 20)
        #expect(try ReadArchive(bytes: plain) == ReadArchive(bytes: compressed))
    }

    @Test func membersAreSkippedInPartAndWhole() async throws {
        let noise = TarWriterTests.noise(700_000)
        let bytes = try await self.writer.bytes(of: [
            TarMember("a", .bytes(noise)), TarMember("b", .bytes(noise)), TarMember("c", .bytes([1, 2, 3])),
        ])
        var reader = try ArchiveReader(bytes: bytes, path: "x")
        var findings: [Diagnostic] = []
        #expect(try reader.next(&findings)?.nameText == "a")
        let piece = try #require(try reader.readPiece())
        #expect(noise.starts(with: piece) && piece.count < noise.count)
        #expect(try reader.next(&findings)?.nameText == "b")
        #expect(try reader.next(&findings)?.nameText == "c")
        #expect(try reader.readContents() == [1, 2, 3])
        #expect(try reader.readPiece() == nil)
        #expect(try reader.readContents() == [])
        #expect(try reader.next(&findings) == nil)
        #expect(try reader.next(&findings) == nil)
        #expect(findings.isEmpty)
    }

    /// What was verified and what is read are the same bytes, or the end is not reached.
    @Test(arguments: [true, false]) func aPinnedFileIsReadToItsEndOnlyIfItIsTheSame(isCompressed: Bool) async throws {
        let compressed = try await self.writer.bytes(of: Self.small)
        let bytes = isCompressed ? compressed : try Inflate.gzip(compressed, limit: 1 << 20)
        var digest = TestDigest()
        digest.update(bytes)
        let pin = ContentPin(TestDigest.self, digest.finish())
        var other = TestDigest()
        other.update(bytes + [0])
        try await withTemporaryFolder { folder in
            let path = folder.appending("archive")
            try File.write(bytes, to: path)
            var findings: [Diagnostic] = []
            var reader = try ArchiveReader(path, pin: pin, self.files)
            for _ in Self.small { #expect(try reader.next(&findings) != nil) }
            #expect(try reader.next(&findings) == nil)
            var stranger = try ArchiveReader(path, pin: ContentPin(TestDigest.self, other.finish()), self.files)
            for _ in Self.small { #expect(try stranger.next(&findings) != nil) }
            do throws(ArchiveError) {
                _ = try stranger.next(&findings)
                Issue.record("no error")
            } catch {
                #expect(error == ArchiveError(.host(HostFileError(.read, path, .changedWhileRead)), path))
            }
        }
    }

    @Test func memberLargerThanAskedForIsNotRead() async throws {
        let bytes = try await self.writer.bytes(of: [TarMember("a", .bytes([1, 2, 3]))])
        var reader = try ArchiveReader(bytes: bytes, path: "x")
        var findings: [Diagnostic] = []
        _ = try reader.next(&findings)
        do {
            _ = try reader.readContents(limit: 2)
            Issue.record("no error")
        } catch {
            #expect(error == ArchiveError(.overLimit(.memberBytes(2)), "x", member: Array("a".utf8)))
        }
        #expect(try reader.readContents(limit: 3) == [1, 2, 3])
    }

    @Test(arguments: [
        (ArchiveLimits(entries: 2), ArchiveLimits.Kind.entries(2)),
        (ArchiveLimits(totalBytes: 3000), .totalBytes(3000)),
        (ArchiveLimits(depth: 3), .depth(3)), (ArchiveLimits(nameBytes: 10), .nameBytes(10)),
        (ArchiveLimits(memberBytes: 19), .memberBytes(19)),
    ])
    func limitsHold(_ limits: ArchiveLimits, _ kind: ArchiveLimits.Kind) async throws {
        let bytes = try await self.writer.bytes(of: Self.small)
        let error = #expect(throws: ArchiveError.self) { try ReadArchive(bytes: bytes, limits: limits) }
        #expect(error?.code == .overLimit(kind))
        #expect(error?.diagnostic.id.rawValue == "archive/over-limit")
        #expect(throws: Never.self) { try ReadArchive(bytes: bytes) }
    }

    @Test func noPrefixIsTakenForTheWhole() async throws {
        let bytes = try await self.writer.bytes(of: Self.small)
        for count in bytes.indices {
            let error = #expect(throws: ArchiveError.self) { try ReadArchive(bytes: Array(bytes[..<count])) }
            #expect(error?.code == .damaged || error?.code == .notAnArchive)
        }
    }

    @Test func noChangedByteGoesUnnoticed() async throws {
        let bytes = try await self.writer.bytes(of: Self.small)
        let whole = try ReadArchive(bytes: bytes)
        for index in bytes.indices {
            for flip: UInt8 in [0x01, 0x10, 0x80, 0xFF] {
                var changed = bytes
                changed[index] ^= flip
                do {
                    let read = try ReadArchive(bytes: changed)
                    // Some bytes of the header mean nothing, and a copy of zeros may come from many places.
                    #expect(read == whole, "byte \(index)")
                } catch {
                    #expect(error.code == .damaged || error.code == .notAnArchive, "byte \(index): \(error)")
                }
            }
        }
    }

    @Test func changedPlainTarNeverTraps() async throws {
        let plain = try Inflate.gzip(try await self.writer.bytes(of: Self.small), limit: 1 << 20)
        let limits = ArchiveLimits(totalBytes: 1 << 20)
        var (good, bad) = (0, 0)
        for index in stride(from: 0, to: plain.count, by: 1) {
            for flip: UInt8 in [0x01, 0x08, 0x40, 0xFF] {
                var changed = plain
                changed[index] ^= flip
                do {
                    let read = try ReadArchive(bytes: changed, limits: limits)
                    _ = ArchiveMemberRules.check(read.members.map(\.entry), in: "x")
                    good += 1
                } catch {
                    bad += 1
                }
            }
        }
        #expect(good > 0 && bad > 0)
        for count in plain.indices {
            _ = try? ReadArchive(bytes: Array(plain[..<count]), limits: limits)
        }
    }

    @Test func noiseBehindAGoodHeaderNeverTraps() throws {
        let noise = TarWriterTests.noise(60_000)
        for start in stride(from: 0, to: 50_000, by: 97) {
            _ = try? ReadArchive(bytes: Array(GzipFrame.header + noise[start..<start + 300]))
            _ = try? ReadArchive(bytes: Array(noise[start..<start + 1536]))
        }
    }

    @Test func devicesAndMissingFilesAreErrors() throws {
        #expect(throws: ArchiveError.self) { try ReadArchive("/dev/zero") }
        let error = #expect(throws: ArchiveError.self) { try ReadArchive("/nowhere/at/all.tar.gz") }
        #expect(error?.diagnostic.id.rawValue == "host/missing")
    }

    @Test func archivesOfGNUTarAreRead() async throws {
        try await withTemporaryFolder { folder in
            let tree = folder.appending("tree")
            let long = "lib/" + String(repeating: "folder/", count: 30)
            try self.files.makeFolders(tree.pushing(FilePath(long)))
            try self.files.replaceFile(tree.pushing(FilePath(long + "höhe")), with: [1, 2], mode: 0o700)
            try self.files.makeSymbolicLink(tree.appending("link"), to: FilePath(long))
            for format in ["gnu", "pax", "oldgnu"] {
                let archive = folder.appending("\(format).tar.gz")
                _ = try await run(
                    .name("tar"),
                    arguments: [
                        "--format=\(format)", "--sort=name", "-C", tree.string, "-czf", archive.string, "lib", "link",
                    ], output: .discarded)
                let read = try ReadArchive(archive)
                #expect(read.findings.isEmpty)
                #expect(read.members.last?.entry.linkTarget == Array(long.utf8.dropLast()))
                let file = try #require(read.members.dropLast().last)
                #expect(file.entry.nameText == long + "höhe")
                #expect(file.entry.mode == 0o700)
                #expect(file.contents == [1, 2])
                #expect(ArchiveMemberRules.check(read.members.map(\.entry), in: archive).isEmpty)
            }
        }
    }

    @Test(.enabled(if: OTP.isInstalled)) func archivesOfErlangAreRead() async throws {
        try await withTemporaryFolder { folder in
            let archive = folder.appending("erl.tar.gz")
            _ = try await OTP.evaluate(
                """
                [File] = init:get_plain_arguments(),
                ok = erl_tar:create(File, [{"lib/h\\x{f6}he/\\x{2603}", <<"snow">>}, \
                {lists:duplicate(90, $a) ++ "/" ++ lists:duplicate(90, $b), <<1>>}, \
                {lists:duplicate(200, $c), <<2>>}, {lists:duplicate(99, $d), <<3>>}], [compressed])
                """, arguments: [archive.string])
            let read = try ReadArchive(archive)
            #expect(read.findings.isEmpty)
            #expect(
                read.names == [
                    "lib/höhe/☃", String(repeating: "a", count: 90) + "/" + String(repeating: "b", count: 90),
                    String(repeating: "c", count: 200), String(repeating: "d", count: 99),
                ])
            #expect(read.members.map(\.contents) == [Array("snow".utf8), [1], [2], [3]])
        }
    }
}
