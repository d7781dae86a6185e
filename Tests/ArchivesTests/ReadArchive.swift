import Archives
import Diagnostics
import HostFiles
import SystemPackage

/// An archive that was read to its end.
struct ReadArchive: Hashable {
    struct Member: Hashable {
        var entry: ArchiveEntry
        var contents: [UInt8]
    }

    var members: [Member] = []
    var findings: [Diagnostic] = []

    var names: [String] { self.members.map(\.entry.nameText) }

    init(_ path: FilePath, limits: ArchiveLimits = .default) throws(ArchiveError) {
        var reader = try ArchiveReader(path, limits: limits, HostFileSystem())
        try self.read(&reader)
    }

    init(bytes: [UInt8], limits: ArchiveLimits = .default) throws(ArchiveError) {
        var reader = try ArchiveReader(bytes: bytes, path: "archive", limits: limits)
        try self.read(&reader)
    }

    private mutating func read(_ reader: inout ArchiveReader) throws(ArchiveError) {
        while let entry = try reader.next(&self.findings) {
            self.members.append(Member(entry: entry, contents: try reader.readContents()))
        }
    }
}
