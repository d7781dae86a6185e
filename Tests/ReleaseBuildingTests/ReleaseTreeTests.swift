import Diagnostics
import HostFiles
import ReleaseBuilding
import ReleaseLoading
import SystemPackage
import TestSupport
import Testing

@Suite struct ReleaseTreeTests {
    static func entry(_ path: FilePath, _ text: String) -> ReleaseTree.Entry {
        ReleaseTree.Entry(path, .bytes(Array(text.utf8)))
    }

    @Test func theFirstEntryOfAPathStays() {
        var tree = ReleaseTree()
        tree.add([Self.entry("a/b", "1"), Self.entry("a/b", "2")])
        #expect(tree.entries == [Self.entry("a/b", "1")])
    }

    @Test func stagingKeepsWhatItDoesNotOwn() async throws {
        try await withTemporaryFolder { folder in
            let files = HostFileSystem()
            let root = folder.appending("rel")
            var old = ReleaseTree()
            old.add([
                Self.entry("lib/a-1/ebin/a.app", "old"), Self.entry("lib/a-1/ebin/gone.beam", "old"),
                Self.entry("lib/b-1/ebin/b.app", "old"), Self.entry("releases/1/start.boot", "old"),
                Self.entry("releases/RELEASES", "old"), Self.entry("log/erlang.log.1", "log"),
            ])
            try old.stage(to: root, files)
            var new = ReleaseTree()
            new.add([
                Self.entry("lib/a-1/ebin/a.app", "new"), Self.entry("releases/2/start.boot", "new"),
                Self.entry("releases/RELEASES", "new"),
            ])
            try new.stage(to: root, files)
            func text(_ path: String) -> String? {
                (try? files.readFile(root.appending(path))).map { String(decoding: $0, as: UTF8.self) }
            }
            #expect(text("lib/a-1/ebin/a.app") == "new")
            #expect(text("lib/a-1/ebin/gone.beam") == nil, "a module of an earlier build of the same version stayed")
            #expect(text("lib/b-1/ebin/b.app") == "old")
            #expect(text("releases/1/start.boot") == "old")
            #expect(text("releases/RELEASES") == "new")
            #expect(text("log/erlang.log.1") == "log")
        }
    }

    /// A build that is stopped at any effect leaves the old release or the new one, whole.
    @Test func aBuildThatIsKilledAnywhereLeavesOldOrNew() async throws {
        try await withTemporaryFolder { folder in
            let root = folder.appending("rel")
            func tree(_ text: String) -> ReleaseTree {
                var tree = ReleaseTree()
                tree.add([
                    Self.entry("lib/a-1/ebin/a.app", text), Self.entry("releases/1/start.boot", text),
                    Self.entry("releases/start_erl.data", text),
                ])
                return tree
            }
            var stopped = 0
            for point in 0..<200 {
                try await removeTree(root)
                try tree("old").stage(to: root, HostFileSystem())
                let fault = KillPoint(point)
                do {
                    try tree("new").stage(to: root, HostFileSystem(willPerform: { _ in fault.verdict() }))
                    break
                } catch {
                    stopped += 1
                }
                let found = try HostFileSystem().tree(root).filter { $0.facts.kind == .file }.map { entry in
                    String(decoding: try HostFileSystem().readFile(root.pushing(entry.path)), as: UTF8.self)
                }
                #expect(found == ["old", "old", "old"] || found == ["new", "new", "new"], "killed at effect \(point)")
            }
            #expect(stopped > 10)
        }
    }
}

/// Stops everything from the given effect on.
private final class KillPoint: Sendable {
    private let point: Int
    private let count = Counter()

    init(_ point: Int) { self.point = point }

    func verdict() -> HostEffectVerdict { self.count.next() < self.point ? .perform : .stop }
}
