import Archives
import Diagnostics
import HostFiles
import ReleaseInstalling
import SystemPackage
import TestSupport
import Testing

/// A root with a release, and tarballs of the next one, as files without a compiler.
struct StagingFixture {
    let folder: FilePath
    let files = HostFileSystem()

    var root: FilePath { self.folder.appending("root") }
    var tarball: FilePath { self.folder.appending("shop-2.tar.gz") }

    private static func resource(_ version: String) -> String {
        #"{release,{"shop","\#(version)"},{erts,"13.1"},[{kernel,"1"},{stdlib,"1"},{shop,"\#(version)"}]}."# + "\n"
    }

    private static let common: [String: String] = [
        "lib/kernel-1/ebin/kernel.app": "{application,kernel,[]}.\n", "lib/kernel-1/ebin/kernel.beam": "kernel code",
        "lib/stdlib-1/ebin/stdlib.app": "{application,stdlib,[]}.\n", "lib/stdlib-1/ebin/lists.beam": "lists code",
        "lib/stdlib-1/ebin/maps.beam": "maps code", "erts-13.1/bin/beam.smp": "#!machine",
        "erts-13.1/bin/erl": "#!/bin/sh\nROOTDIR=build\n",
    ]

    /// What the host has.
    static let installed: [String: String] = Self.common.merging([
        "lib/shop-1/ebin/shop.app": "one", "releases/1/shop.rel": Self.resource("1"), "releases/1/start.boot": "boot 1",
        "releases/RELEASES": "[what runs].\n", "releases/start_erl.data": "13.1 1", "releases/COOKIE": "secret",
        "bin/shop": "#!start", "erts-13.1/bin/erl": "#!/bin/sh\nROOTDIR=/opt/shop\n",
    ]) { $1 }

    /// What the tarball has.
    static let packed: [String: String] = Self.common.merging([
        "lib/shop-2/ebin/shop.app": "two", "lib/shop-2/ebin/shop.beam": "shop code", "lib/shop-2/priv/big": "data",
        "releases/shop.rel": Self.resource("2"), "releases/2/shop.rel": Self.resource("2"),
        "releases/2/start.boot": "boot 2", "releases/2/relup": "relup", "releases/2/sys.config": "[].\n",
        "releases/RELEASES": "[what was built].\n", "releases/start_erl.data": "13.1 2", "bin/shop": "#!start",
    ]) { $1 }

    /// Calls `body` with a fixture whose root is there.
    static func with<Result>(
        _ changes: [String: String?] = [:], _ body: (StagingFixture) async throws -> Result
    ) async throws -> Result {
        try await withTemporaryFolder { folder in
            let fixture = StagingFixture(folder: folder)
            try fixture.write(Self.installed.changed(changes), below: fixture.root)
            return try await body(fixture)
        }
    }

    func write(_ contents: [String: String], below folder: FilePath) throws {
        for (name, text) in contents.sorted(by: { $0.key < $1.key }) {
            let path = folder.pushing(FilePath(name))
            try self.files.makeFolders(path.removingLastComponent())
            try self.files.replaceFile(path, with: Array(text.utf8), durable: false)
        }
    }

    /// Writes the tarball; `changes` are added, and taken away where they are nil.
    func pack(
        _ changes: [String: String?] = [:], links: [String: String] = [:], objectFiles: [String: [UInt8]] = [:]
    ) async throws {
        let members =
            Self.packed.changed(changes).map { TarMember($0.key, .bytes(Array($0.value.utf8))) }
            + links.map { TarMember($0.key, .symbolicLink(to: Array($0.value.utf8))) }
            + objectFiles.map { TarMember($0.key, .bytes($0.value)) }
        let sorted = members.sorted { $0.name.lexicographicallyPrecedes($1.name) }
        try File.write(try await TarWriter(self.files, modified: 0).bytes(of: sorted), to: self.tarball)
    }

    /// Stages the tarball; the findings without notes about live files.
    func stage(
        _ files: HostFileSystem? = nil, expectedDigest: String? = nil, reserve: ReleaseStaging.Reserve = .init()
    ) throws -> (release: StagedRelease?, findings: [Diagnostic]) {
        var findings: [Diagnostic] = []
        let system = try #require(TargetSystem(root: self.root, files: files ?? self.files, &findings))
        var staging = ReleaseStaging(system)
        staging.reserve = reserve
        let release = staging.stage(self.tarball, expectedDigest: expectedDigest, &findings)
        #expect((release == nil) == findings.hasErrors)
        return (release, findings.filter { $0.id != .stageLiveFile })
    }

    /// Every file, link and folder of the root with what is in it.
    func tree() throws -> [String: String] {
        var tree: [String: String] = [:]
        for entry in try self.files.tree(self.root) {
            let path = self.root.pushing(entry.path)
            tree[entry.path.string] =
                switch entry.facts.kind {
                case .file: String(decoding: try self.files.readFile(path), as: UTF8.self)
                case .symbolicLink: "-> \(try self.files.linkTarget(of: path))"
                default: entry.facts.kind.rawValue
                }
        }
        return tree
    }
}

extension [String: String] {
    func changed(_ changes: [String: String?]) -> [String: String] {
        var result = self
        for (key, value) in changes { result[key] = value }
        return result
    }
}
