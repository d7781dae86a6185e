import Crypto
package import HostFiles
import ReleaseLoading
package import SystemPackage

/// What a build was made of and what it left: when both are as they were, there is nothing to do.
package struct BuildRecord: Hashable, Sendable {
    /// What goes in: the digest of `BuildInputs`.
    package let inputs: String
    /// What lies at the destination.
    package let outputs: String
    /// Of the tarball.
    package let digest: String

    /// The file of the record: `DIR/.relift/NAME-VSN.build`.
    package static func path(in output: FilePath, _ name: String) -> FilePath {
        output.appending(".relift").appending("\(name).build")
    }

    package init(inputs: String, outputs: String, digest: String) {
        self.inputs = inputs
        self.outputs = outputs
        self.digest = digest
    }

    /// The record of an earlier build; nil when there is none, or something else.
    package init?(at path: FilePath, _ files: HostFileSystem) {
        guard let bytes = try? files.readFile(path, limit: 1 << 12) else { return nil }
        let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n").map(String.init)
        guard lines.count == 4, lines[0] == Self.title else { return nil }
        self.init(inputs: lines[1], outputs: lines[2], digest: lines[3])
    }

    private static let title = "relift build record 1"

    package func write(to path: FilePath, _ files: HostFileSystem) throws(HostFileError) {
        try files.makeFolders(path.removingLastComponent())
        let text = [Self.title, self.inputs, self.outputs, self.digest].map { $0 + "\n" }.joined()
        try files.replaceFile(path, with: Array(text.utf8), durable: false)
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

    static func facts(of path: FilePath, _ facts: HostFileFacts) -> String {
        // The time of a folder changes with everything that a running node puts into it.
        let isFolder = facts.kind == .folder
        let time = isFolder ? "" : "\(facts.modified.seconds).\(facts.modified.nanoseconds)"
        return "\(path) \(facts.kind.rawValue) \(facts.mode) \(isFolder ? 0 : facts.size) \(facts.inode) \(time)\n"
    }
}
