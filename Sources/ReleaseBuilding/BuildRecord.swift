import Crypto
package import HostFiles
import Manifests
import ReleaseLoading
package import SystemPackage

/// What a build was made of and what it left: when both are as they were, there is nothing to do.
///
/// Files count as unchanged by size, time of change and identity, which is what tells a build from a thousand files in
/// milliseconds; bytes that relift makes itself count by their digest. Where that has changed, the contents decide: what
/// was only touched, or checked out anew, is not written again.
package struct BuildRecord: Hashable, Sendable {
    /// What goes in, by the facts of its files.
    package let inputs: String
    /// What goes in, by its contents.
    package let contents: String
    /// What lies at the destination.
    package let outputs: String
    /// Of the tarball.
    package let digest: String

    /// The file of the record: `DIR/.relift/NAME-VSN.build`.
    package static func path(in output: FilePath, _ name: String) -> FilePath {
        output.appending(".relift").appending("\(name).build")
    }

    package init(inputs: String, contents: String, outputs: String, digest: String) {
        self.inputs = inputs
        self.contents = contents
        self.outputs = outputs
        self.digest = digest
    }

    /// The record of an earlier build; nil when there is none, or something else.
    package init?(at path: FilePath, _ files: HostFileSystem) {
        guard let bytes = try? files.readFile(path, limit: 1 << 12) else { return nil }
        let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n").map(String.init)
        guard lines.count == 5, lines[0] == Self.title else { return nil }
        self.init(inputs: lines[1], contents: lines[2], outputs: lines[3], digest: lines[4])
    }

    private static let title = "relift build record 2"

    package func write(to path: FilePath, _ files: HostFileSystem) throws(HostFileError) {
        try files.makeFolders(path.removingLastComponent())
        let text = [Self.title, self.inputs, self.contents, self.outputs, self.digest].map { $0 + "\n" }.joined()
        try files.replaceFile(path, with: Array(text.utf8), durable: false)
    }

    /// The digest of the facts of all files that a build reads once the plan stands; `program` tells apart programs that
    /// would make something else of them.
    package static func inputs(
        of plan: BuildPlan, _ origin: BuildOrigin, program: String, time: Int
    ) throws(HostFileError) -> String {
        let files = origin.files
        var hash = SHA256()
        hash.update(data: Array("\(program) \(time)\n".utf8))
        for goal in origin.goals { hash.update(data: Array("\(goal)\n".utf8)) }
        // What is not in the tree is in the lock and in the bills of materials all the same.
        let others = plan.applications.flatMap(\.contents).filter { plan.tree[$0.path] == nil }
        for entry in plan.tree.entries + others {
            hash.update(data: entry.path.bytes)
            hash.update(data: Array("\u{0}\(entry.isExecutable) \(entry.mode ?? 0) ".utf8))
            switch entry.content {
            case .file(let path): hash.update(data: Array(Self.facts(of: path, try files.facts(of: path)).utf8))
            case .bytes(let bytes): hash.update(data: Array(SHA256.hash(data: bytes)))
            case .folder: hash.update(data: Array("folder".utf8))
            case .symbolicLink(let target): hash.update(data: target.bytes)
            }
        }
        for path in ComponentSources.files(of: plan, origin) {
            guard let facts = try files.factsIfPresent(of: path) else { continue }
            hash.update(data: Array(Self.facts(of: path, facts).utf8))
        }
        return ContentDigest.hexadecimal(hash.finalize())
    }

    /// The digest of what goes in, by contents.
    package static func contents(of inventory: ReleaseInventory, program: String, time: Int) -> String {
        var hash = SHA256()
        hash.update(data: Array("\(program) \(time)\n".utf8))
        hash.update(data: ReleaseSummary(of: inventory, tarball: nil).bytes)
        hash.update(data: CycloneDXDocument(of: inventory, tarball: nil, tool: "", time: nil).bytes)
        return ContentDigest.hexadecimal(hash.finalize())
    }

    /// The digest of what lies where the tree was staged and where the other files were written; nil when anything is
    /// not there.
    package static func outputs(
        of tree: ReleaseTree, in root: FilePath, and others: [FilePath], _ files: HostFileSystem
    ) -> String? {
        var hash = SHA256()
        let places = tree.entries.map { root.pushing($0.path) } + others
        for path in places {
            guard let facts = try? files.factsIfPresent(of: path, followLinks: false) else { return nil }
            hash.update(data: Array(Self.facts(of: path, facts).utf8))
        }
        return ContentDigest.hexadecimal(hash.finalize())
    }

    private static func facts(of path: FilePath, _ facts: HostFileFacts) -> String {
        // The time of a folder changes with everything that a running node puts into it.
        let isFolder = facts.kind == .folder
        let time = isFolder ? "" : "\(facts.modified.seconds).\(facts.modified.nanoseconds)"
        return "\(path) \(facts.kind.rawValue) \(facts.mode) \(isFolder ? 0 : facts.size) \(facts.inode) \(time)\n"
    }
}
