import Archives
import HostFiles
import SystemPackage

/// Holds files of a tarball against those of the host, by digest; nothing is ever changed.
///
/// What only the host has is not looked at: stock unpacking leaves it, too, and a version folder gets files at run time.
struct HostComparison {
    /// How a member of the tarball is on the host.
    enum Difference: Hashable, Sendable {
        case missing
        /// A file of the host has only so many of the first bytes.
        case short(bytes: Int)
        /// Another file, of this digest, or something else (nil).
        case other(digest: [UInt8]?)
        /// A BEAM file of the same code: only what debuggers and readers are told differs.
        case sameCode
    }

    let root: FilePath
    let files: HostFileSystem

    /// How a member differs from what the host has under its name; nil where they are the same. A file that is shorter is
    /// `.short` only as far as its size says: its bytes have to be looked at.
    func difference(of member: VerifiedArchive.Member) throws(HostFileError) -> Difference? {
        let path = self.root.pushing(FilePath(bytes: member.name))
        let follows = member.entry.kind != .symbolicLink
        guard let facts = try self.files.factsIfPresent(of: path, followLinks: follows) else { return .missing }
        switch member.entry.kind {
        case .folder:
            return facts.kind == .folder ? nil : .other(digest: nil)
        case .symbolicLink:
            guard facts.kind == .symbolicLink else { return .other(digest: nil) }
            let target = try self.files.linkTarget(of: path)
            return target.bytes == member.entry.linkTarget ? nil : .other(digest: nil)
        case .file:
            guard facts.kind == .file else { return .other(digest: nil) }
            if facts.size < member.entry.size { return .short(bytes: facts.size) }
            let digest = try self.digest(of: path)
            return digest == member.digest ? nil : .other(digest: digest)
        case .hardLink, .characterDevice, .blockDevice, .fifo, .other:
            return .other(digest: nil)
        }
    }

    /// The digest of a file's contents, read piece by piece.
    func digest(of path: FilePath) throws(HostFileError) -> [UInt8] {
        let file = try HostInputFile(path, self.files)
        var digest = SHA256Digest()
        while true {
            let piece = try file.read(upTo: 1 << 20)
            if piece.isEmpty { break }
            digest.update(piece)
        }
        return digest.finish()
    }

    /// What stands on the way to a loose member.
    enum Way: Hashable, Sendable {
        /// The member, or the first folder around it that is not there: what has to be moved.
        case free(FilePath)
        /// Something of that name is there.
        case taken
        /// A symbolic link of the host, or something that is no folder.
        case blocked(FilePath)
    }

    func way(to path: FilePath) throws(HostFileError) -> Way {
        var reached = FilePath()
        for component in path.components {
            reached.append(component)
            guard let facts = try self.files.factsIfPresent(of: self.root.pushing(reached), followLinks: false) else {
                return .free(reached)
            }
            guard reached != path else { return .taken }
            guard facts.kind == .folder else { return .blocked(reached) }
        }
        return .taken
    }
}
