import Crypto
package import HostFiles
import ReleaseModel
import SystemPackage

/// What a build is made of, as far as it takes to see that it is the same as before.
///
/// Files count as unchanged by size, time of change and identity, which is what tells a build from a thousand files in
/// milliseconds; bytes that relift makes itself count by their digest.
package struct BuildInputs: Sendable {
    package let digest: String
    /// The time of every member of the tarball, in seconds since 1970.
    package let time: Int
    /// What was seen of each entry of the tree, in its order.
    private let seen: [String]

    /// All that a build reads once the plan stands: also of applications that are not in the tree, which are in the
    /// documents all the same.
    package init(
        of plan: BuildPlan, _ origin: BuildOrigin, program: String, time: Int
    ) throws(HostFileError) {
        let others = plan.applications.flatMap(\.contents).filter { plan.tree[$0.path] == nil }
        try self.init(
            of: plan.tree, and: others, beside: ComponentSources.files(of: plan, origin),
            program: ([program] + origin.goals.map(\.name)).joined(separator: " "), time: time, origin.files)
    }

    /// `program` tells apart programs that would make something else of the same tree.
    package init(
        of tree: ReleaseTree, program: String, time: Int, _ files: HostFileSystem
    ) throws(HostFileError) {
        try self.init(of: tree, and: [], beside: [], program: program, time: time, files)
    }

    private init(
        of tree: ReleaseTree, and others: [ReleaseTree.Entry], beside paths: [FilePath], program: String,
        time: Int, _ files: HostFileSystem
    ) throws(HostFileError) {
        var hash = SHA256()
        hash.update(data: Array("\(program) \(time)\n".utf8))
        var seen: [String] = []
        for entry in tree.entries + others {
            hash.update(data: entry.path.bytes)
            hash.update(data: Array("\u{0}\(entry.isExecutable) \(entry.mode ?? 0) ".utf8))
            let facts = try Self.facts(of: entry, files)
            hash.update(data: Array(facts.utf8))
            seen.append(facts)
        }
        for path in paths {
            guard let facts = try files.factsIfPresent(of: path) else { continue }
            hash.update(data: Array(BuildRecord.facts(of: path, facts).utf8))
        }
        self.digest = ContentDigest.hexadecimal(hash.finalize())
        self.time = time
        self.seen = seen
    }

    /// Fails if a file is no longer what it was: some of it may be in the folder and something else in the tarball.
    func requireUnchanged(_ tree: ReleaseTree, _ files: HostFileSystem) throws(HostFileError) {
        for (entry, before) in zip(tree.entries, self.seen) {
            guard case .file(let path) = entry.content else { continue }
            guard try Self.facts(of: entry, files).utf8.elementsEqual(before.utf8) else {
                throw HostFileError(.read, path, .changedWhileRead)
            }
        }
    }

    private static func facts(
        of entry: ReleaseTree.Entry, _ files: HostFileSystem
    ) throws(HostFileError) -> String {
        switch entry.content {
        case .file(let path): BuildRecord.facts(of: path, try files.facts(of: path))
        case .bytes(let bytes): ContentDigest.hexadecimal(SHA256.hash(data: bytes))
        case .folder: "folder"
        case .symbolicLink(let target): "link \(target)"
        }
    }
}
