import Archives
import HostFiles
import ReleaseBuilding
import SystemPackage
import TestSupport
import Testing

/// What a build leaves when something is wrong on the way: everything of before, or everything of now.
@Suite struct BuildOutputTests {
    /// A release of one file that is made and one that is copied from the project.
    private static func tree(_ text: String, copied source: FilePath) -> ReleaseTree {
        var tree = ReleaseTree()
        tree.add([
            ReleaseTreeTests.entry("releases/1/start.boot", text),
            ReleaseTree.Entry("lib/a-1/priv/data", .file(source)),
        ])
        return tree
    }

    private static func build(
        _ text: String, in folder: FilePath, _ files: HostFileSystem, changing: () throws -> Void = {}
    ) async throws {
        let tree = Self.tree(text, copied: folder.appending("data"))
        let inputs = try BuildInputs(of: tree, program: "test", time: 0, HostFileSystem())
        try changing()
        let output = BuildOutput(
            name: "a-1", root: folder.appending("out/a"), in: folder.appending("out"), isLinked: false)
        _ = try await output.write(tree, from: inputs, contents: text, parallelism: 1, files) { _ in
            Dictionary(
                uniqueKeysWithValues: BuildOutput.Document.allCases.map { ($0, Array("\($0.rawValue) \(text)".utf8)) })
        }
    }

    /// The contents of all files below `out` but the record of the build and its lock; the tarball by its own time and size.
    private static func contents(_ folder: FilePath) throws -> [String: [UInt8]] {
        let files = HostFileSystem()
        var contents: [String: [UInt8]] = [:]
        for found in try files.tree(folder.appending("out")) where found.facts.kind == .file {
            guard !["build", "lock"].contains(found.path.extension) else { continue }
            contents[found.path.string] = try files.readFile(folder.appending("out").pushing(found.path))
        }
        return contents
    }

    @Test func aFileThatChangesWhileItIsPackedEndsTheBuild() async throws {
        try await withTemporaryFolder { folder in
            try File.write(Array("one".utf8), to: folder.appending("data"))
            try await Self.build("old", in: folder, HostFileSystem())
            let before = try Self.contents(folder)
            // Before the build begins to write, and when the folder is made but the tarball is not.
            for late in [false, true] {
                let change: @Sendable () throws -> Void = {
                    try File.write(Array("another \(late)".utf8), to: folder.appending("data"))
                }
                let files = HostFileSystem { effect in
                    if late, case .syncFile(let path) = effect, path.string.contains("tar.gz") { try? change() }
                    return .perform
                }
                await #expect {
                    try await Self.build("new", in: folder, files) { if !late { try change() } }
                } throws: { error in
                    (error as? HostFileError)?.reason == .changedWhileRead
                        && (error as? HostFileError)?.path == folder.appending("data")
                }
                #expect(try Self.contents(folder) == before)
            }
        }
    }

    /// No space left at any of the effects before the first of the renames: what stood there stays, to the byte.
    @Test func aFullDiskAnywhereLeavesWhatStoodThere() async throws {
        try await withTemporaryFolder { folder in
            try File.write(Array("one".utf8), to: folder.appending("data"))
            try await Self.build("old", in: folder, HostFileSystem())
            let before = try Self.contents(folder)
            let counted = FaultyFiles()
            try await Self.build("old", in: folder, counted.files)
            let first = try #require(
                counted.effects.firstIndex { effect in
                    if case .exchange = effect { true } else { false }
                })
            #expect(first > 10)
            // The note in the lock is for people: who cannot write it builds all the same.
            for position in 0..<first where !"\(counted.effects[position])".contains(".lock\"") {
                let faulty = FaultyFiles(.failure(at: position, .noSpace))
                await #expect(throws: (any Error).self, "at \(counted.effects[position])") {
                    try await Self.build("new", in: folder, faulty.files)
                }
                #expect(try Self.contents(folder) == before, "at \(counted.effects[position])")
            }
        }
    }

    /// Killed anywhere, the folder is wholly the old or the new one, and the next build ends well.
    @Test func aBuildThatIsKilledIsDoneAgain() async throws {
        try await withTemporaryFolder { folder in
            try File.write(Array("one".utf8), to: folder.appending("data"))
            let counted = FaultyFiles()
            try await Self.build("old", in: folder, counted.files)
            let new = try await withTemporaryFolder { other in
                try File.write(Array("one".utf8), to: other.appending("data"))
                try await Self.build("new", in: other, HostFileSystem())
                return try Self.contents(other)
            }
            for position in stride(from: 0, to: counted.effects.count + 6, by: 1) {
                try await removeTree(folder.appending("out"))
                try await Self.build("old", in: folder, HostFileSystem())
                let faulty = FaultyFiles(.kill(at: position))
                do { try await Self.build("new", in: folder, faulty.files) } catch {}
                let boot = try File.read(folder.appending("out/a/releases/1/start.boot"))
                #expect(["old", "new"].contains(String(decoding: boot, as: UTF8.self)))
                try await Self.build("new", in: folder, HostFileSystem())
                let found = try Self.contents(folder).filter { !$0.key.contains(".relift-") }
                #expect(found == new, "killed at effect \(position)")
            }
        }
    }
}
