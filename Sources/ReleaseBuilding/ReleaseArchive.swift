package import Archives
import Crypto
package import HostFiles
package import SystemPackage

/// The tarball of a release: the same tree gives the same bytes.
package struct ReleaseArchive: Sendable {
    package let tree: ReleaseTree
    /// The time of every member, in seconds since 1970.
    package let time: Int
    package let parallelism: Int

    package init(tree: ReleaseTree, time: Int, parallelism: Int) {
        self.tree = tree
        self.time = time
        self.parallelism = parallelism
    }

    /// Writes the tarball and, unless told not to, `TARBALL.sha256` beside it in the form that `sha256sum -c` reads; the
    /// digest in hexadecimal digits.
    package func write(
        to destination: FilePath, withDigestFile: Bool = true, _ files: HostFileSystem
    ) async throws(ArchiveError) -> String {
        let folder = destination.removingLastComponent()
        var hash = SHA256()
        do {
            if !folder.isEmpty { try files.makeFolders(folder) }
        } catch {
            throw ArchiveError(.host(error), destination)
        }
        let writer = TarWriter(files, modified: Int64(self.time), concurrency: self.parallelism)
        _ = try await writer.write(self.members, to: destination) { hash.update(data: $0) }
        let digest = ContentDigest.hexadecimal(hash.finalize())
        guard withDigestFile else { return digest }
        let name = destination.lastComponent?.string ?? ""
        do {
            try files.replaceFile(FilePath(destination.string + ".sha256"), with: Array("\(digest)  \(name)\n".utf8))
        } catch {
            throw ArchiveError(.host(error), destination)
        }
        return digest
    }

    private var members: [TarMember] {
        self.tree.entries.map { entry in
            let content: TarMember.Content =
                switch entry.content {
                case .file(let source): .file(source)
                case .bytes(let bytes): .bytes(bytes, isExecutable: entry.isExecutable)
                case .folder: .folder
                case .symbolicLink(let target): .symbolicLink(to: target.bytes)
                }
            return TarMember(entry.path.bytes, content, mode: entry.mode)
        }
    }
}
