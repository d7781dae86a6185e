import HostFiles
import Subprocess
import SystemPackage
import TestSupport
import Testing

@Suite struct WritingTests {
    let files = HostFileSystem()

    @Test func replacedFileHasExactlyTheModeAskedFor() async throws {
        try await withTemporaryFolder { folder in
            let path = folder.appending("f")
            for mode: UInt16 in [0o600, 0o644, 0o666, 0o755, 0o777] {
                try self.files.replaceFile(path, with: [1], mode: mode)
                #expect(try self.files.facts(of: path).mode == mode)
            }
            try self.files.makeFolders(folder.appending("open"), mode: 0o777)
            #expect(try self.files.facts(of: folder.appending("open")).mode == 0o777)
        }
    }

    @Test func replacingIsSyncedBeforeAndAfterTheRename() async throws {
        try await withTemporaryFolder { folder in
            let faulty = FaultyFiles()
            let path = folder.appending("f")
            try faulty.files.replaceFile(path, with: [1, 2])
            let effects = faulty.effects
            try #require(effects.count == 6)
            guard case .createFile(let temporary) = effects[0] else {
                Issue.record("\(effects)")
                return
            }
            #expect(HostFileSystem.isTemporaryName(try #require(temporary.lastComponent)))
            #expect(
                Array(effects.dropFirst()) == [
                    .setMode(temporary), .write(path, count: 2), .syncFile(path), .rename(temporary, to: path),
                    .syncFolder(folder),
                ])
        }
    }

    @Test(arguments: 0..<6) func killedReplacementLeavesOldOrNew(_ position: Int) async throws {
        try await withTemporaryFolder { folder in
            let path = folder.appending("f")
            try self.files.replaceFile(path, with: [1])
            let faulty = FaultyFiles(.kill(at: position))
            let error = try #require(throws: HostFileError.self) { try faulty.files.replaceFile(path, with: [2]) }
            #expect(error.reason == .stopped)
            #expect(try self.files.readFile(path) == (position <= 4 ? [1] : [2]))
            try self.files.removeTemporaries(in: folder)
            #expect(try self.files.entries(of: folder).map(\.name) == ["f"])
        }
    }

    @Test(arguments: 0..<6) func failedReplacementLeavesNothingBehind(_ position: Int) async throws {
        try await withTemporaryFolder { folder in
            let path = folder.appending("f")
            try self.files.replaceFile(path, with: [1])
            let faulty = FaultyFiles(.failure(at: position, .noSpace))
            let error = try #require(throws: HostFileError.self) { try faulty.files.replaceFile(path, with: [2]) }
            #expect(error.errno == .noSpace)
            #expect(try self.files.readFile(path) == (position <= 4 ? [1] : [2]))
            #expect(try self.files.entries(of: folder).map(\.name) == ["f"])
        }
    }

    @Test func killedAppendMayLeaveAPart() async throws {
        try await withTemporaryFolder { folder in
            let path = folder.appending("log")
            try self.files.appendToFile(path, Array("one\n".utf8))
            let torn = HostFileSystem { effect in
                if case .write = effect { .tear(2) } else { .perform }
            }
            #expect(throws: HostFileError(.write, path, .stopped)) { try torn.appendToFile(path, Array("two\n".utf8)) }
            #expect(try self.files.readFile(path) == Array("one\ntw".utf8))
            try self.files.appendToFile(path, Array("!".utf8))
            #expect(try self.files.readFile(path) == Array("one\ntw!".utf8))
        }
    }

    @Test func missingFolderAndFileInPlaceOfAFolderAreNamed() async throws {
        try await withTemporaryFolder { folder in
            let missing = folder.appending("no/f")
            let error = try #require(throws: HostFileError.self) { try self.files.replaceFile(missing, with: []) }
            #expect(error.isMissing)
            let file = folder.appending("file")
            try self.files.replaceFile(file, with: [])
            let second = try #require(throws: HostFileError.self) {
                try self.files.replaceFile(file.appending("f"), with: [])
            }
            #expect(second.errno == .notDirectory)
            #expect(throws: HostFileError(.makeFolder, file, .wrongKind(.file, wanted: .folder))) {
                try self.files.makeFolders(file)
            }
            #expect(throws: HostFileError.self) { try self.files.makeFolders(file.appending("below")) }
            for path: FilePath in ["", "/", ".", "..", "a/.."] {
                #expect(throws: HostFileError(.create, path, .notAnEntry)) {
                    try self.files.replaceFile(path, with: [])
                }
            }
        }
    }

    @Test func foldersAreMadeWhereMissing() async throws {
        try await withTemporaryFolder { folder in
            try self.files.makeFolders(folder.appending("a/b/c"))
            try self.files.makeFolders(folder.appending("a/b/c"))
            try self.files.makeSymbolicLink(folder.appending("link"), to: "a")
            try self.files.makeFolders(folder.appending("link/x"))
            #expect(try self.files.tree(folder).map(\.path.string) == ["a", "a/b", "a/b/c", "a/x", "link"])
        }
    }

    @Test func copyKeepsTheExecutableBitOnly() async throws {
        try await withTemporaryFolder { folder in
            let bytes = (0..<300_000).map { UInt8(truncatingIfNeeded: $0 >> 3) }
            try self.files.replaceFile(folder.appending("tool"), with: bytes, mode: 0o4711)
            try self.files.replaceFile(folder.appending("text"), with: [], mode: 0o666)
            try self.files.copyFile(folder.appending("tool"), to: folder.appending("tool2"))
            try self.files.copyFile(folder.appending("text"), to: folder.appending("text2"))
            #expect(try self.files.readFile(folder.appending("tool2")) == bytes)
            #expect(try self.files.facts(of: folder.appending("tool2")).mode == 0o755)
            #expect(try self.files.facts(of: folder.appending("text2")).mode == 0o644)
            let error = try #require(throws: HostFileError.self) {
                try self.files.copyFile(folder.appending("tool"), to: folder.appending("text2"))
            }
            #expect(error.errno == .fileExists)
            // To another file system, where this host has one for everybody.
            if try self.files.factsIfPresent(of: "/dev/shm") != nil {
                let far = FilePath("/dev/shm").appending(try #require(folder.lastComponent))
                try self.files.copyFile(folder.appending("tool"), to: far)
                #expect(try self.files.readFile(far) == bytes)
                try self.files.removeFile(far)
            }
            let failing = FaultyFiles(.failures(of: .write, .noSpace)).files
            #expect(throws: HostFileError.self) {
                try failing.copyFile(folder.appending("tool"), to: folder.appending("tool3"))
            }
            #expect(try self.files.factsIfPresent(of: folder.appending("tool3")) == nil)
        }
    }

    @Test func removingATreeLeavesWhatLinksLeadTo() async throws {
        try await withTemporaryFolder { folder in
            let outside = folder.appending("outside")
            try self.files.makeFolders(outside.appending("deep"))
            try self.files.replaceFile(outside.appending("precious"), with: [1])
            let tree = folder.appending("tree")
            try self.files.makeFolders(tree.appending("a/b"))
            try self.files.replaceFile(tree.appending("a/b/f"), with: [1])
            try self.files.makeSymbolicLink(tree.appending("a/out"), to: outside)
            try self.files.makeSymbolicLink(tree.appending("dangling"), to: "nowhere")
            try self.files.makeSymbolicLink(folder.appending("entry"), to: outside)
            try self.files.removeTree(tree)
            try self.files.removeTree(folder.appending("entry"))
            try self.files.removeTree(folder.appending("never-was/there"))
            #expect(
                try self.files.tree(folder).map(\.path.string) == ["outside", "outside/deep", "outside/precious"])
        }
    }

    @Test func renameMovesBetweenFolders() async throws {
        try await withTemporaryFolder { folder in
            try self.files.makeFolders(folder.appending("a"))
            try self.files.makeFolders(folder.appending("b"))
            try self.files.replaceFile(folder.appending("a/f"), with: [7])
            try self.files.rename(folder.appending("a/f"), to: folder.appending("b/g"))
            #expect(try self.files.readFile(folder.appending("b/g")) == [7])
            let error = try #require(throws: HostFileError.self) {
                try self.files.rename(folder.appending("a/f"), to: folder.appending("b/h"))
            }
            #expect(error.isMissing)
            #expect(error.destination == folder.appending("b/h"))
        }
    }
}
