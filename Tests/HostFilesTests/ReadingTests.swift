import Diagnostics
import Subprocess
import SystemPackage
import TestSupport
import Testing

@testable import HostFiles

@Suite struct ReadingTests {
    let files = HostFileSystem()

    @Test func wholeFileIsRead() async throws {
        try await withTemporaryFolder { folder in
            for size in [0, 1, 4096, 1 << 20, (1 << 20) + 1, 3_000_000] {
                let bytes = (0..<size).map { UInt8(truncatingIfNeeded: $0 &* 31 ^ $0 >> 8) }
                try self.files.replaceFile(folder.appending("f"), with: bytes)
                #expect(try self.files.readFile(folder.appending("f")) == bytes)
                #expect(try self.files.readFile(folder.appending("f"), limit: size) == bytes)
            }
        }
    }

    @Test func fileThatSaysItIsEmptyIsReadToItsEnd() throws {
        let status = try self.files.readFile("/proc/self/status")
        #expect(String(decoding: status, as: UTF8.self).hasPrefix("Name:"))
        #expect(throws: HostFileError(.read, "/proc/self/status", .tooLarge(limit: 100))) {
            try self.files.readFile("/proc/self/status", limit: 100)
        }
    }

    @Test func limitIsCheckedBeforeAnythingIsRead() async throws {
        try await withTemporaryFolder { folder in
            let path = folder.appending("f")
            try self.files.replaceFile(path, with: [1, 2, 3])
            let error = try #require(throws: HostFileError.self) { try self.files.readFile(path, limit: 2) }
            #expect(error == HostFileError(.read, path, .tooLarge(limit: 2)))
            #expect(error.description == "cannot read `\(path)`: it is larger than the limit of 2 bytes")
        }
    }

    @Test(.timeLimit(.minutes(5))) func pipeIsRefusedWithoutWaiting() async throws {
        try await withTemporaryFolder { folder in
            let pipe = folder.appending("pipe")
            _ = try await run(.name("mkfifo"), arguments: [pipe.string], output: .discarded)
            #expect(throws: HostFileError(.read, pipe, .wrongKind(.fifo, wanted: .file))) {
                try self.files.readFile(pipe)
            }
            #expect(throws: HostFileError(.read, folder, .wrongKind(.folder, wanted: .file))) {
                try self.files.readFile(folder)
            }
            #expect(throws: HostFileError(.read, "/dev/zero", .wrongKind(.characterDevice, wanted: .file))) {
                try self.files.readFile("/dev/zero")
            }
        }
    }

    @Test func entriesAreSortedByTheirBytes() async throws {
        try await withTemporaryFolder { folder in
            let names: [[UInt8]] = [
                Array("b".utf8), Array("a".utf8), Array("Z".utf8), Array("a b".utf8), [0xFF, 0xFE], Array("é".utf8),
                Array(".hidden".utf8), Array("a-1".utf8), Array("a.1".utf8), Array("10".utf8), Array("9".utf8),
            ]
            for name in names {
                try self.files.replaceFile(folder.appending(FilePath(bytes: name).components), with: [])
            }
            try self.files.makeFolders(folder.appending("folder"))
            try self.files.makeSymbolicLink(folder.appending("link"), to: "folder")
            let entries = try self.files.entries(of: folder)
            let expected = (names + [Array("folder".utf8), Array("link".utf8)])
                .sorted { $0.lexicographicallyPrecedes($1) }
            #expect(entries.map(\.name.bytes) == expected)
            #expect(entries.first { $0.name == "folder" }?.kind == .folder)
            #expect(entries.first { $0.name == "link" }?.kind == .symbolicLink)
            #expect(entries.first { $0.name == "a" }?.kind == .file)
        }
    }

    @Test func factsTellLinksFromWhatTheyLeadTo() async throws {
        try await withTemporaryFolder { folder in
            let (file, link) = (folder.appending("file"), folder.appending("link"))
            try self.files.replaceFile(file, with: [1, 2, 3], mode: 0o755)
            try self.files.makeSymbolicLink(link, to: "file")
            let facts = try self.files.facts(of: file)
            #expect(facts.kind == .file)
            #expect(facts.mode == 0o755)
            #expect(facts.isExecutable)
            #expect(facts.size == 3)
            #expect(try self.files.facts(of: link).isSameFile(as: facts))
            #expect(try self.files.facts(of: link, followLinks: false).kind == .symbolicLink)
            #expect(try self.files.linkTarget(of: link) == "file")
            #expect(try self.files.factsIfPresent(of: folder.appending("nothing")) == nil)
            #expect(try self.files.factsIfPresent(of: file.appending("below-a-file")) == nil)
        }
    }

    @Test func longLinkTargetIsReadWhole() async throws {
        try await withTemporaryFolder { folder in
            for length in [1, 255, 256, 257, 1024, 4000] {
                let target = FilePath(String(repeating: "x", count: length))
                let link = folder.appending("link\(length)")
                try self.files.makeSymbolicLink(link, to: target)
                #expect(try self.files.linkTarget(of: link) == target)
            }
        }
    }

    @Test func treeListsEachFolderBeforeItsContents() async throws {
        try await withTemporaryFolder { folder in
            try self.files.makeFolders(folder.appending("b/c"))
            try self.files.makeFolders(folder.appending("a"))
            for path: FilePath in ["b/z", "b/c/1", "a/x", "b-1", "b.1"] {
                try self.files.replaceFile(folder.pushing(path), with: [])
            }
            try self.files.makeSymbolicLink(folder.appending("a/link"), to: "../b")
            let plain = try self.files.tree(folder)
            #expect(
                plain.map(\.path.string) == ["a", "a/link", "a/x", "b", "b/c", "b/c/1", "b/z", "b-1", "b.1"])
            #expect(plain[1].facts.kind == .symbolicLink)
            let followed = try self.files.tree(folder, followLinks: true)
            #expect(
                followed.map(\.path.string) == [
                    "a", "a/link", "a/link/c", "a/link/c/1", "a/link/z", "a/x", "b", "b/c", "b/c/1", "b/z", "b-1",
                    "b.1",
                ])
        }
    }

    @Test func treeIsBounded() async throws {
        try await withTemporaryFolder { folder in
            try self.files.makeFolders(folder.appending("a/b/c/d"))
            #expect(throws: HostFileError(.list, folder.appending("a/b/c"), .tooDeep(limit: 3))) {
                try self.files.tree(folder, depthLimit: 3)
            }
            #expect(throws: HostFileError(.list, folder, .tooMany(limit: 2))) {
                try self.files.tree(folder, entryLimit: 2)
            }
            try self.files.makeSymbolicLink(folder.appending("a/b/loop"), to: "..")
            #expect(throws: HostFileError(.list, folder.appending("a/b/loop"), .linkLoop)) {
                try self.files.tree(folder, followLinks: true)
            }
            #expect(try self.files.tree(folder).count == 5)
        }
    }

    @Test func starMatchesAsInOTP() async throws {
        let patterns = [
            "lib/*/ebin", "lib/a*/ebin", "*/a-*/ebin", "lib/a*", "lib/**", "lib/*a*", "lib/[x]", "lib/*",
            "lib/./*/ebin",
            "lib/*/ebin/..", "lib/?/ebin", "lib/b-2/", "lib/*/", "nothing", "nothing/*", "lib/q*", "l*/a-1/ebin/", "*",
            "lib/*-*-*", "lib/file/*", "lib/*/*", "lib/a*a*", "lib/*1", "lib",
        ]
        guard OTP.isInstalled else { return }
        try await withTemporaryFolder { folder in
            for path in ["a-1/ebin", "b-2/ebin", ".hid/ebin", "aa/ebin", "[x]/ebin", "q?/ebin", "a-b-c", "aba", "a"] {
                try self.files.makeFolders(folder.appending("lib").pushing(FilePath(path)))
            }
            try self.files.replaceFile(folder.appending("lib/file"), with: [])
            try self.files.makeSymbolicLink(folder.appending("lib/link"), to: "a-1")
            let patterns = patterns.map { folder.string + "/" + $0 }
            let expected = try await OTP.evaluate(
                """
                [io:format("~ts~n", [lists:join("|", lists:usort(systools_lib:get_path([P])))]) \
                || P <- init:get_plain_arguments()]
                """, arguments: patterns)
            let lines = String(decoding: expected, as: UTF8.self).split(
                separator: "\n", omittingEmptySubsequences: false)
            for (pattern, line) in zip(patterns, lines) {
                let found = try self.files.folders(matching: FilePath(pattern)).map(\.string)
                #expect(found.joined(separator: "|") == line.replacingDots, "\(pattern)")
            }
        }
    }

    @Test(arguments: [
        ("", "", true), ("", "a", false), ("*", "", true), ("*", "abc", true), ("a*c", "abbc", true),
        ("a*c", "abb", false), ("*a*b*", "xxaxxbxx", true), ("*a*b", "ab", true), ("*a*b", "ba", false),
        ("a", "a", true), ("a", "ab", false), ("ab", "a", false), ("**", "x", true), ("*aab", "aaab", true),
    ])
    func patternMatches(_ pattern: String, _ name: String, _ matches: Bool) {
        #expect(HostFileSystem.matches(Array(name.utf8), pattern: Array(pattern.utf8)) == matches)
    }

    @Test(.timeLimit(.minutes(5))) func manyStarsTakeNoTime() {
        let name = [UInt8](repeating: UInt8(ascii: "a"), count: 255)
        let pattern = Array(repeating: "*a".utf8, count: 100).flatMap(\.self) + Array("*b".utf8)
        #expect(!HostFileSystem.matches(name, pattern: pattern))
    }

    @Test(arguments: [
        (Errno.noSpace, "host/no-space", "no space left on the file system"),
        (Errno(rawValue: 122), "host/no-space", "the disk quota is used up"),
        (.permissionDenied, "host/permission-denied", "permission denied"),
        (.notPermitted, "host/permission-denied", "permission denied"),
        (.readOnlyFileSystem, "host/read-only", "the file system is read-only"),
        (.noSuchFileOrDirectory, "host/missing", "no such file or folder"),
        (.tooManySymbolicLinkLevels, "host/link-loop", "it is a symbolic link, or too many follow each other"),
        (.notDirectory, "host/not-a-folder", "a part of the path is not a folder"),
        (.fileExists, "host/exists-already", "it exists already"),
        (.ioError, "host/disk-error", "the disk failed to read or write"),
    ])
    func systemAnswerBecomesAFindingWithAWayOut(_ errno: Errno, _ id: String, _ words: String) {
        let error = HostFileError(.rename, "/srv/shop/a", to: "/srv/shop/b", .system(errno))
        #expect(error.description == "cannot rename `/srv/shop/a` to `/srv/shop/b`: \(words)")
        let finding = error.diagnostic
        #expect(finding.id.rawValue == id)
        #expect(finding.severity == .error)
        #expect(finding.place == .file("/srv/shop/a"))
        #expect(!finding.help.isEmpty)
    }
}

extension Substring {
    /// OTP keeps `.` components in a path; `FilePath` patterns drop them.
    fileprivate var replacingDots: String {
        self.split(separator: "/./", omittingEmptySubsequences: false).joined(separator: "/")
    }
}
