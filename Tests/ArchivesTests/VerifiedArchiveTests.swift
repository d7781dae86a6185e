import Archives
import Compression
import Diagnostics
import HostFiles
import SystemPackage
import TestSupport
import Testing

/// What may be unpacked, and what comes of it.
@Suite struct VerifiedArchiveTests {
    let files = HostFileSystem()

    /// Unpacks an archive into `tree` of a folder that has other things in it, too; the IDs of the findings of error severity.
    static func unpack(
        _ archive: [UInt8], in folder: FilePath, policy: VerifiedArchive.Policy = .init(),
        _ files: HostFileSystem = HostFileSystem()
    ) throws -> [String] {
        let path = folder.appending("a.tar.gz")
        try File.write(archive, to: path)
        var findings: [Diagnostic] = []
        do {
            guard
                let archive = try VerifiedArchive(
                    path, policy: policy, digestType: TestDigest.self, files, &findings)
            else {
                #expect(findings.hasErrors)
                return findings.filter { $0.severity == .error }.map(\.id.rawValue)
            }
            #expect(!findings.hasErrors)
            let tree = folder.appending("tree")
            try files.makeFolders(tree)
            try archive.extract(into: HostFolder(tree, files)) { _ in true }
        } catch let error as ArchiveError {
            #expect(!error.description.isEmpty)
            return [error.diagnostic.id.rawValue]
        }
        return []
    }

    private func listing(_ folder: FilePath) async throws -> [String] {
        let run = try await Program.run("find", [".", "-mindepth", "1", "-printf", "%P %y %m %l\n"], in: folder)
        return run.output.split(separator: "\n").map { $0.trimmingSpaces }.sorted()
    }

    @Test func goodArchiveIsUnpackedWithPlainModes() async throws {
        let archive = try RawTar.archive(
            RawTar.folder("./"), RawTar.folder("lib/", mode: 0o2777), RawTar.folder("lib/private", mode: 0o700),
            RawTar.file("./lib/a-1/ebin/a.app", "app", mode: 0o666), RawTar.link("lib/current", "a-1"),
            RawTar.file("bin/run", "#!", mode: 0o777), RawTar.file("lib/private/key", "k", mode: 0o400),
            RawTar.file("lib/a-1/empty", ""), RawTar.long("lib/" + String(repeating: "n", count: 200)),
            RawTar.file("short", "long name"), RawTar.pax([("path", "lib/höhe"), ("mtime", "1.5")]),
            RawTar.file("other", "pax"), RawTar.pax([("comment", "of git")], isGlobal: true),
            RawTar.file("lib/a-1/ebin/a.app", "app", mode: 0o666))
        try await withTemporaryFolder { folder in
            let ids = try Self.unpack(archive, in: folder)
            #expect(ids == [])
            let tree = folder.appending("tree")
            #expect(
                try await self.listing(tree)
                    == [
                        "bin d 755", "bin/run f 755", "lib d 755", "lib/a-1 d 755", "lib/a-1/ebin d 755",
                        "lib/a-1/ebin/a.app f 644", "lib/a-1/empty f 644", "lib/current l 777 a-1",
                        "lib/höhe f 644", "lib/" + String(repeating: "n", count: 200) + " f 644", "lib/private d 700",
                        "lib/private/key f 600",
                    ].sorted())
            #expect(try File.read(tree.appending("lib/a-1/ebin/a.app")) == Array("app".utf8))
            #expect(try File.read(tree.appending("lib/höhe")) == Array("pax".utf8))
        }
    }

    // MARK: - Hostile archives

    struct Case: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var id: String
        var bytes: @Sendable () throws -> [UInt8]

        init(_ name: String, _ id: String, file bytes: @escaping @Sendable () throws -> [UInt8]) {
            self.testDescription = name
            self.id = "archive/\(id)"
            self.bytes = bytes
        }

        /// A good member, then the bad ones.
        init(_ name: String, _ id: String, tar members: @escaping @Sendable () -> RawTar.Blocks) {
            self.init(name, id, file: { try RawTar.archive(RawTar.file("lib/a-1/ebin/a.app"), members()) })
        }
    }

    private static let outside = "../outside"
    /// A header and 10 GiB of zeros, of which a chunk is compressed once and then repeated.
    private static func bomb() throws -> [UInt8] {
        var frame = GzipFrame.header
        let header = RawTar.header("zeros".utf8, rawSize: [0x80, 0, 0, 0, 0, 0, 0, 2, 0x80, 0, 0, 0])
        frame += try GzipChunk.compress(header, isLast: false)
        let zeros = try GzipChunk.compress([UInt8](repeating: 0, count: GzipCompressor.chunkSize), isLast: false)
        for _ in 0..<(10 << 30) / GzipCompressor.chunkSize { frame += zeros }
        return frame
    }

    /// As the bomb, but in files that are each within the limit, and with headers that say so.
    private static func manyZeros() throws -> [UInt8] {
        var bytes: [UInt8] = []
        for number in 0..<40 {
            bytes += RawTar.header("zeros-\(number)".utf8, size: 1 << 20) + [UInt8](repeating: 0, count: 1 << 20)
        }
        return try GzipCompressor.compress(bytes + RawTar.end)
    }

    static let cases: [Case] = [
        // Names
        Case("absolute name", "absolute-name") { RawTar.file("/etc/relift-evil") },
        Case("absolute folder", "absolute-name") { RawTar.folder("/tmp/relift-evil/") },
        Case("absolute name in two parts", "absolute-name") {
            RawTar.header("evil".utf8, prefix: "/tmp".utf8)
        },
        Case("parent", "parent-reference") { RawTar.file("../evil") },
        Case("parent in the middle", "parent-reference") { RawTar.file("lib/../../evil") },
        Case("parent that stays inside", "parent-reference") { RawTar.file("lib/../bin/evil") },
        Case("parent as a folder", "parent-reference") { RawTar.folder("..") },
        Case("parent in a long name of GNU", "parent-reference") {
            RawTar.long("lib/../../evil") + RawTar.file("harmless")
        },
        Case("parent in a pax name", "parent-reference") {
            RawTar.pax([("path", "../evil")]) + RawTar.file("harmless")
        },
        Case("parent in the prefix", "parent-reference") { RawTar.header("evil".utf8, prefix: "../..".utf8) },
        Case("empty name", "empty-name") { RawTar.file("") },
        Case("the root as a file", "empty-name") { RawTar.file(".") },
        Case("the root as a link", "empty-name") { RawTar.link("./", "lib") },
        Case("empty component", "odd-name") { RawTar.file("lib//evil") },
        Case("dot in the middle", "odd-name") { RawTar.file("lib/./evil") },
        Case("dot at the end", "odd-name") { RawTar.folder("lib/.") },
        Case("line end in the name", "control-character") { RawTar.file("lib/a\nb") },
        Case("terminal control in the name", "control-character") { RawTar.file("lib/\u{1B}[2J") },
        Case("name that is not UTF-8", "name-not-utf8") { RawTar.header(Array("lib/".utf8) + [0xFF, 0xFE]) },
        Case("overlong UTF-8 slash", "name-not-utf8") { RawTar.header(Array("lib".utf8) + [0xC0, 0xAF]) },
        Case("NUL in a pax name", "unsafe-header") {
            RawTar.pax([("path", "lib/a\u{0}/../../evil")]) + RawTar.file("harmless")
        },
        Case("NUL in a long name", "unsafe-header") {
            RawTar.extended(Array("lib/a\u{0}../../evil\u{0}".utf8), type: "L") + RawTar.file("harmless")
        },
        Case("component of 300 bytes", "name-too-long") {
            RawTar.long("lib/" + String(repeating: "n", count: 300)) + RawTar.file("short")
        },
        Case("name of 5000 bytes", "over-limit") {
            RawTar.long(String(repeating: "n/", count: 2500) + "x") + RawTar.file("short")
        },
        Case("70 folders deep", "over-limit") {
            RawTar.long(String(repeating: "d/", count: 70) + "f") + RawTar.file("short")
        },
        Case("case twins", "case-twin") { RawTar.file("lib/Readme") + RawTar.file("lib/README") },
        Case("case twins of folders", "case-twin") { RawTar.file("Lib/x") },
        Case("twins by composition", "case-twin") {
            RawTar.file("lib/\u{E9}") + RawTar.file("lib/e\u{301}")
        },
        // Links
        Case("link to an absolute path", "link-leaves-root") { RawTar.link("lib/etc", "/etc") },
        Case("link to outside", "link-leaves-root") { RawTar.link("lib/out", "../../outside") },
        Case("link to outside by a detour", "link-leaves-root") { RawTar.link("lib/out", "b/../../../outside") },
        Case("link without a target", "link-leaves-root") { RawTar.link("lib/out", "") },
        Case("long target of a link", "link-leaves-root") {
            RawTar.long(String(repeating: "../", count: 50), type: "K") + RawTar.link("lib/out", "x")
        },
        Case("link to outside through a link", "link-leaves-root") {
            RawTar.link("a/b/up", "../..") + RawTar.link("out", "a/b/up/../outside")
        },
        Case("link to outside through two links", "link-leaves-root") {
            RawTar.link("one", "a/b/up") + RawTar.link("a/b/up", "../..")
                + RawTar.link("two", "a/one-more/../../one/..")
        },
        Case("link to itself", "link-loop") { RawTar.link("lib/self", "self") },
        Case("two links to each other", "link-loop") { RawTar.link("lib/a", "b") + RawTar.link("lib/b", "a/x") },
        Case("link that grows", "link-loop") { RawTar.link("lib/a", "a/a/a/a") },
        Case("member below a link", "member-behind-link") {
            RawTar.link("releases", "lib") + RawTar.file("releases/evil")
        },
        Case("link above a member that came before", "member-behind-link") {
            RawTar.file("releases/1/x") + RawTar.link("releases", "lib")
        },
        Case("member below a link of another name", "member-behind-link") {
            RawTar.link("./releases", "lib") + RawTar.file("releases/evil")
        },
        Case("hard link", "hard-link") { RawTar.special("b", type: "1", link: "lib/a-1/ebin/a.app") },
        Case("hard link to outside", "hard-link") { RawTar.special("passwd", type: "1", link: "/etc/passwd") },
        Case("hard link to a link", "hard-link") {
            RawTar.link("l", "lib") + RawTar.special("h", type: "1", link: "l")
        },
        Case("hard link with contents", "unsafe-header") {
            RawTar.header("h".utf8, type: "1", size: 4, link: "lib".utf8) + RawTar.padded(Array("data".utf8))
        },
        // Kinds and modes
        Case("character device", "device") { RawTar.special("null", type: "3") },
        Case("block device", "device") { RawTar.special("sda", type: "4") },
        Case("named pipe", "fifo") { RawTar.special("pipe", type: "6") },
        Case("contiguous file", "unsafe-header") { RawTar.file("a", type: "7") },
        Case("volume label", "unsafe-header") { RawTar.special("label", type: "V") },
        Case("rest of another volume", "unsafe-header") { RawTar.file("a", type: "M") },
        Case("socket", "unsafe-header") { RawTar.special("socket", type: "s") },
        Case("setuid", "setuid") { RawTar.file("bin/tool", mode: 0o4755) },
        Case("setgid", "setuid") { RawTar.file("bin/tool", mode: 0o2755) },
        Case("sticky", "setuid") { RawTar.file("bin/tool", mode: 0o1755) },
        Case("folder with a size", "unsafe-header") {
            RawTar.header("d".utf8, type: "5", size: 512) + RawTar.file("hidden")
        },
        // Members together
        Case("two files of one name", "conflicting-members") { RawTar.file("a", "one") + RawTar.file("./a", "two") },
        Case("file and link of one name", "conflicting-members") { RawTar.file("a") + RawTar.link("a", "lib") },
        Case("folder and file of one name", "conflicting-members") { RawTar.folder("a") + RawTar.file("a") },
        Case("file as a folder", "conflicting-members") { RawTar.file("a") + RawTar.file("a/b") },
        // Headers
        Case("wrong checksum of a header", "damaged") {
            RawTar.header("a".utf8, breaksChecksum: true)
        },
        Case("size below zero", "over-limit") {
            RawTar.header("a".utf8, rawSize: [0x80] + [UInt8](repeating: 0xFF, count: 11))
        },
        Case("size that is no number", "unsafe-header") { RawTar.header("a".utf8, rawSize: Array("12x4".utf8)) },
        Case("two sizes", "unsafe-header") { RawTar.pax([("size", "5")]) + RawTar.file("a") },
        Case("enormous pax size", "unsafe-header") {
            RawTar.pax([("size", "99999999999999999999")]) + RawTar.file("a")
        },
        Case("two pax headers", "unsafe-header") {
            RawTar.pax([("path", "lib/x")]) + RawTar.pax([("path", "../evil")]) + RawTar.file("a")
        },
        Case("two names in a pax header", "unsafe-header") {
            RawTar.pax([("path", "lib/x"), ("path", "lib/y")]) + RawTar.file("a")
        },
        Case("long name and pax name", "unsafe-header") {
            RawTar.long("lib/x") + RawTar.pax([("path", "lib/y")]) + RawTar.file("a")
        },
        Case("name for all members", "unsafe-header") {
            RawTar.pax([("path", "lib/x")], isGlobal: true) + RawTar.file("a")
        },
        Case("pax record that is too long", "unsafe-header") {
            RawTar.extended(Array("999 path=lib/x\n".utf8), type: "x") + RawTar.file("a")
        },
        Case("pax header of a megabyte", "unsafe-header") {
            RawTar.extended([UInt8](repeating: 0x20, count: 1 << 20), type: "x") + RawTar.file("a")
        },
        Case("long name of a megabyte", "unsafe-header") {
            RawTar.extended([UInt8](repeating: 0x61, count: 1 << 20), type: "L") + RawTar.file("a")
        },
        Case("pax header without a member", "unsafe-header") { RawTar.pax([("path", "lib/x")]) },
        Case("file with holes of GNU", "sparse-member") { RawTar.file("holes", type: "S") },
        Case("file with holes in pax", "sparse-member") {
            RawTar.pax([
                ("GNU.sparse.major", "0"), ("GNU.sparse.minor", "1"), ("GNU.sparse.size", "1099511627776"),
                ("GNU.sparse.map", "1099511627772,4"),
            ]) + RawTar.file("holes")
        },
        // The file
        Case("10 GiB of zeros", "over-limit", file: bomb),
        Case("40 files of zeros", "over-limit", file: manyZeros),
        Case("nothing", "not-an-archive", file: { [] }),
        Case("text", "not-an-archive", file: { Array("This is no archive.\n".utf8) }),
        Case(
            "compressed text", "not-an-archive",
            file: {
                try GzipCompressor.compress(Array(repeatElement(Array("No archive.\n".utf8), count: 200).joined()))
            }),
        Case(
            "gzip in gzip", "not-an-archive",
            file: {
                try GzipCompressor.compress(RawTar.archive(RawTar.file("a")))
            }),
        Case("not compressed", "not-an-archive", file: { RawTar.file("a") + RawTar.end }),
        Case("bzip2", "other-compression", file: { Array("BZh91AY&SY".utf8) + [UInt8](repeating: 1, count: 600) }),
        Case(
            "xz", "other-compression",
            file: {
                [0xFD, 0x37, 0x7A, 0x58, 0x5A, 0, 0, 4] + [UInt8](repeating: 1, count: 600)
            }),
        Case("zstd", "other-compression", file: { [0x28, 0xB5, 0x2F, 0xFD] + [UInt8](repeating: 1, count: 600) }),
        Case("cut off", "damaged", file: { try RawTar.archive(RawTar.file("a")).dropLast(20) }),
        Case(
            "cut off inside of a member", "damaged",
            file: {
                try RawTar.archive(RawTar.file("a", String(repeating: "x", count: 3000)).dropLast(1024), ending: [])
            }),
        Case(
            "wrong checksum of the file", "damaged",
            file: {
                var bytes = try RawTar.archive(RawTar.file("a"))
                bytes[bytes.count - 8] ^= 1
                return bytes
            }),
        Case(
            "something behind the file", "damaged", file: { try RawTar.archive(RawTar.file("a")) + Array("junk".utf8) }),
        Case(
            "its own end behind the file", "damaged",
            file: {
                let bytes = try RawTar.archive(RawTar.file("a"))
                return bytes + bytes.suffix(8)
            }),
        Case(
            "zeros behind the file", "damaged",
            file: {
                try RawTar.archive(RawTar.file("a")) + [UInt8](repeating: 0, count: 300_000)
            }),
        Case(
            "two gzip members", "damaged",
            file: {
                try GzipCompressor.compress(RawTar.file("a")) + GzipCompressor.compress(RawTar.file("b") + RawTar.end)
            }),
        Case(
            "an archive behind the archive", "data-after-end",
            file: {
                try RawTar.archive(RawTar.file("a"), ending: RawTar.end + RawTar.file("/evil") + RawTar.end)
            }),
    ]

    @Test(arguments: cases) func hostileArchiveIsRefusedAndNothingIsWritten(_ hostile: Case) async throws {
        let bytes = try hostile.bytes()
        try await withTemporaryFolder { folder in
            let inner = folder.appending("deep/er")
            try self.files.makeFolders(inner)
            let clock = ContinuousClock()
            let start = clock.now
            let ids = try Self.unpack(bytes, in: inner)
            #expect(ids.contains(hostile.id), "\(ids)")
            #expect(clock.now - start < .seconds(20))
            #expect(try self.files.tree(folder).map(\.path.string) == ["deep", "deep/er", "deep/er/a.tar.gz"])
        }
    }

    @Test func tooManyMembersLinksAndNamesAreRefused() async throws {
        let many = try RawTar.archive((0..<50).flatMap { RawTar.link("lib/link-\($0)", "a") })
        try await withTemporaryFolder { folder in
            for limits in [ArchiveLimits(entries: 49), ArchiveLimits(allNamesBytes: 500), ArchiveLimits(links: 49)] {
                let ids = try Self.unpack(many, in: folder, policy: .init(limits: limits))
                #expect(ids == ["archive/over-limit"])
            }
            #expect(try Self.unpack(many, in: folder) == [])
        }
    }

    @Test func findingsAreLimitedAndErrorsAreNotHiddenByWarnings() async throws {
        var members: [UInt8] = []
        for number in 0..<150 { members += RawTar.folder("d\(number)", mode: 0o2755) }
        let archive = try RawTar.archive(members, RawTar.file("/evil"))
        try await withTemporaryFolder { folder in
            let ids = try Self.unpack(archive, in: folder)
            #expect(ids == ["archive/absolute-name"])
            let all = try RawTar.archive((0..<300).flatMap { RawTar.file("/evil-\($0)") })
            #expect(try Self.unpack(all, in: folder).count == ArchiveMemberRules.findingLimit)
        }
    }

    @Test func caseTwinsMayBeAllowed() async throws {
        let archive = try RawTar.archive(RawTar.file("lib/A"), RawTar.file("lib/a"))
        try await withTemporaryFolder { folder in
            let ids = try Self.unpack(archive, in: folder, policy: .init(caseTwins: .note))
            #expect(ids == [])
            #expect(try self.files.tree(folder.appending("tree")).map(\.path.string) == ["lib", "lib/A", "lib/a"])
        }
    }

    // MARK: - Damage

    private static func small() throws -> [UInt8] {
        try RawTar.archive(
            RawTar.folder("lib"), RawTar.file("lib/a-1/ebin/a.app", "{application,a,[]}."),
            RawTar.pax([("path", "lib/höhe")]), RawTar.file("x"), RawTar.link("lib/link", "a-1"))
    }

    @Test func noPrefixIsUnpacked() async throws {
        let bytes = try Self.small()
        try await withTemporaryFolder { folder in
            for count in bytes.indices {
                let ids = try Self.unpack(Array(bytes[..<count]), in: folder)
                #expect(!ids.isEmpty, "\(count) bytes")
            }
            #expect(try self.files.entries(of: folder).map(\.name) == ["a.tar.gz"])
        }
    }

    @Test func changedBytesNeverTrap() async throws {
        let bytes = try Self.small()
        let plain = try Inflate.gzip(bytes, limit: 1 << 20)
        try await withTemporaryFolder { folder in
            let path = folder.appending("a.tar.gz")
            func verify(_ bytes: [UInt8]) throws -> Bool {
                try File.write(bytes, to: path)
                var findings: [Diagnostic] = []
                do {
                    let archive = try VerifiedArchive(path, digestType: TestDigest.self, self.files, &findings)
                    let isGood = archive != nil
                    return isGood
                } catch {
                    return false
                }
            }
            var counts = [true: 0, false: 0]
            for index in bytes.indices {
                var changed = bytes
                changed[index] ^= 0x41
                counts[try verify(changed), default: 0] += 1
            }
            for index in plain.indices where plain[index] != 0 || index.isMultiple(of: 16) {
                for flip: UInt8 in [0x01, 0x10, 0x80] {
                    var changed = plain
                    changed[index] ^= flip
                    counts[try verify(GzipCompressor.compress(changed)), default: 0] += 1
                }
            }
            #expect(counts[true, default: 0] > 0 && counts[false, default: 0] > 1000)
        }
    }

    // MARK: - Two readings

    @Test func aFileThatIsSwappedOrChangedBetweenTheReadingsIsNotUnpacked() async throws {
        let (good, other) = (
            try RawTar.archive(RawTar.file("a", "good")), try RawTar.archive(RawTar.file("a", "evil"))
        )
        try await withTemporaryFolder { folder in
            let path = folder.appending("a.tar.gz")
            for (name, isInPlace) in [("swapped", false), ("changed", true)] {
                try File.write(good, to: path)
                var findings: [Diagnostic] = []
                let verified = try VerifiedArchive(path, digestType: TestDigest.self, self.files, &findings)
                guard let archive = verified else {
                    Issue.record("refused")
                    return
                }
                if isInPlace {
                    try File.write(other, to: path)
                } else {
                    try File.write(other, to: folder.appending("other"))
                    try self.files.rename(folder.appending("other"), to: path)
                }
                let tree = folder.appending(name)
                try self.files.makeFolders(tree)
                do {
                    try archive.extract(into: HostFolder(tree, self.files)) { _ in true }
                    #expect(!isInPlace)
                    #expect(try File.read(tree.appending("a")) == Array("good".utf8))
                } catch let error as ArchiveError {
                    #expect(isInPlace && error.diagnostic.id.rawValue == "host/changed-while-read")
                }
            }
        }
    }

    /// Somebody puts a link into the folder while it is written to.
    @Test func linksThatAppearInTheFolderAreNotFollowed() async throws {
        let archive = try RawTar.archive(RawTar.file("lib/one"), RawTar.file("bin/two"), RawTar.file("lib/three"))
        try await withTemporaryFolder { folder in
            let outside = folder.appending("outside")
            try self.files.makeFolders(outside)
            let tree = folder.appending("tree")
            let watching = HostFileSystem { effect in
                if case .createFile(let path) = effect, path.lastComponent == "two" {
                    do {
                        try HostFileSystem().removeTree(tree.appending("lib"))
                        try HostFileSystem().makeSymbolicLink(tree.appending("lib"), to: outside)
                    } catch { Issue.record(error) }
                }
                return .perform
            }
            let ids = try Self.unpack(archive, in: folder, watching)
            #expect(ids == ["host/not-a-folder"])
            #expect(try self.files.entries(of: outside).isEmpty)
        }
    }
}

extension Substring {
    fileprivate var trimmingSpaces: String {
        var text = self
        while text.last == " " { text = text.dropLast() }
        return String(text)
    }
}
