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

    /// Writes the tarball and, unless told not to, `TARBALL.sha256` beside it in the form that `sha256sum -c` reads.
    ///
    /// `willAdd` is called before each member.
    package func write(
        to destination: FilePath, withDigestFile: Bool = true, willAdd: () -> Void = {}, _ files: HostFileSystem
    ) async throws(ArchiveError) -> WrittenArchive {
        let folder = destination.removingLastComponent()
        var hash = SHA256()
        do {
            if !folder.isEmpty { try files.makeFolders(folder) }
        } catch {
            throw ArchiveError(.host(error), destination)
        }
        let writer = TarWriter(files, modified: Int64(self.time), concurrency: self.parallelism)
        let summary = try await writer.write(
            self.members, to: destination, tap: { hash.update(data: $0) }, willAdd: { _ in willAdd() })
        let digest = ContentDigest.hexadecimal(hash.finalize())
        let name = destination.lastComponent?.string ?? ""
        let written = WrittenArchive(
            name: name, digest: digest, members: summary.members, tarBytes: summary.tarBytes,
            fileBytes: summary.fileBytes)
        guard withDigestFile else { return written }
        do {
            try files.replaceFile(FilePath(destination.string + ".sha256"), with: Array("\(digest)  \(name)\n".utf8))
        } catch {
            throw ArchiveError(.host(error), destination)
        }
        return written
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

/// A tarball that was written.
package struct WrittenArchive: Hashable, Sendable {
    /// Of the file, without its folder.
    package let name: String
    /// SHA-256 of the file in hexadecimal digits.
    package let digest: String
    package let members: Int
    /// Bytes of the tar archive before compression.
    package let tarBytes: Int
    /// Bytes of the file.
    package let fileBytes: Int
}
