import Crypto
package import HostFiles
package import SystemPackage

/// What a build was made of and what it left: when both are as they were, there is nothing to do.
///
/// Where the facts of the inputs have changed, their contents decide: what was only touched, or checked out anew, is not
/// written again.
package struct BuildRecord: Hashable, Sendable {
    /// What goes in, by the facts of its files: the digest of `BuildInputs`.
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

    static func facts(of path: FilePath, _ facts: HostFileFacts) -> String {
        // The time of a folder changes with everything that a running node puts into it.
        let isFolder = facts.kind == .folder
        let time = isFolder ? "" : "\(facts.modified.seconds).\(facts.modified.nanoseconds)"
        return "\(path) \(facts.kind.rawValue) \(facts.mode) \(isFolder ? 0 : facts.size) \(facts.inode) \(time)\n"
    }
}
