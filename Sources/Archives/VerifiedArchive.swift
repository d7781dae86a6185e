package import Diagnostics
package import HostFiles
package import SystemPackage

/// A `.tar.gz` that was read to its end and found to be safe to unpack; only its initialiser makes one, and nothing is
/// written to disk before.
///
/// The file stays open: what is unpacked later is the file that was looked at, whatever its path leads to by then. It is
/// read a second time for that, and every header and digest has to be the same as the first time.
package struct VerifiedArchive: ~Copyable {
    /// One member, as it will be unpacked.
    package struct Member: Hashable, Sendable {
        package var entry: ArchiveEntry
        /// The digest of the contents; empty for everything but files.
        package var digest: [UInt8]
        /// The name without what means nothing, as in `./lib/`; empty for the root itself.
        package var name: [UInt8]
        /// An earlier member has the same name and contents.
        package var isRepeated: Bool
    }

    /// How the archive is judged.
    package struct Policy: Sendable {
        package var limits: ArchiveLimits
        /// How grave names are that differ only in case.
        package var caseTwins: Diagnostic.Severity

        package init(limits: ArchiveLimits = .default, caseTwins: Diagnostic.Severity = .error) {
            self.limits = limits
            self.caseTwins = caseTwins
        }
    }

    package let path: FilePath
    /// The digest of the file as it is, compressed.
    package let digest: [UInt8]
    /// In the order of the archive.
    package let members: [Member]
    /// The contents of the members that the caller wanted to keep, by name.
    package let kept: [[UInt8]: [UInt8]]
    private let feed: FileFeed
    private let limits: ArchiveLimits
    private let digestType: any ContentDigest.Type

    /// Reads an archive; nil after a finding of error severity.
    ///
    /// - Parameters:
    ///   - digestType: makes the digests of the file and of each member.
    ///   - keeping: which files to keep in memory, asked with their names; their limit is that of a member in memory.
    package init?(
        _ path: FilePath, policy: Policy = Policy(), digestType: any ContentDigest.Type,
        keeping isKept: (_ name: [UInt8], _ size: Int) -> Bool = { _, _ in false }, _ files: HostFileSystem,
        _ findings: inout [Diagnostic]
    ) throws(ArchiveError) {
        let feed = try FileFeed(path, files)
        var scan = Scan(limits: policy.limits, path: path, digestType: digestType)
        try feed.restart(digestType.init())
        try scan.run(feed, isKept)
        let digest = try feed.finish()
        findings += scan.findings
        let found = ArchiveMemberRules.check(
            scan.members.map(\.entry), digests: scan.members.map(\.digest), in: path, limits: policy.limits,
            caseTwins: policy.caseTwins)
        findings += found
        guard !scan.findings.hasErrors, !found.hasErrors else { return nil }
        self.path = path
        self.digest = digest
        self.members = scan.members
        self.kept = scan.kept
        self.feed = feed
        self.limits = policy.limits
        self.digestType = digestType
    }

    /// The first reading.
    private struct Scan {
        let limits: ArchiveLimits
        let path: FilePath
        let digestType: any ContentDigest.Type
        var members: [Member] = []
        var kept: [[UInt8]: [UInt8]] = [:]
        var findings: [Diagnostic] = []
        private var names: Set<[UInt8]> = []
        private var nameBytes = 0
        private var links = 0

        init(limits: ArchiveLimits, path: FilePath, digestType: any ContentDigest.Type) {
            self.limits = limits
            self.path = path
            self.digestType = digestType
        }

        mutating func run(
            _ feed: FileFeed, _ isKept: (_ name: [UInt8], _ size: Int) -> Bool
        ) throws(ArchiveError) {
            var reader = try ArchiveReader(strictly: feed, self.path, self.limits)
            var warnings: [Diagnostic] = []
            while let entry = try reader.next(&warnings) {
                try self.count(entry)
                let name = entry.plainName
                var member = Member(
                    entry: entry, digest: [], name: name, isRepeated: !self.names.insert(name).inserted)
                if entry.kind == .file {
                    let keeps = isKept(name, entry.size) && entry.size <= self.limits.memberBytes
                    var digest = self.digestType.init()
                    var contents: [UInt8] = []
                    while let piece = try reader.readPiece() {
                        digest.update(piece)
                        if keeps { contents += piece }
                    }
                    member.digest = digest.finish()
                    if keeps { self.kept[name] = contents }
                }
                self.members.append(member)
            }
            // What is only odd in an archive that is looked at is too much in one that is unpacked.
            self.findings += warnings.map { $0.with(.error) }
        }

        private mutating func count(_ entry: ArchiveEntry) throws(ArchiveError) {
            self.nameBytes += entry.name.count + entry.linkTarget.count
            guard self.nameBytes <= self.limits.allNamesBytes else {
                throw ArchiveError(.overLimit(.allNamesBytes(self.limits.allNamesBytes)), self.path)
            }
            if entry.kind == .symbolicLink { self.links += 1 }
            guard self.links <= self.limits.links else {
                throw ArchiveError(.overLimit(.links(self.limits.links)), self.path)
            }
        }
    }

    // MARK: - Reading once more

    /// Hands over the contents of some files, piece by piece.
    package func read(
        _ isWanted: (Member) -> Bool, _ take: (Member, [UInt8]) -> Void
    ) throws(ArchiveError) {
        try self.readAgain { (member, reader) throws(ArchiveError) in
            guard member.entry.kind == .file, isWanted(member) else { return }
            while let piece = try reader.readPiece() { take(member, piece) }
        }
    }

    /// Writes members below a folder, which should be empty: each file by descriptor, never through a symbolic link, with
    /// a mode of 0644 or 0755 or less. Symbolic links are made last, so that nothing could be written through one.
    /// Repeated members are left out. Nothing is synced. After an error the folder holds a part.
    package func extract(
        into folder: consuming HostFolder, _ isWanted: (Member) -> Bool
    ) throws(ArchiveError) {
        var modes: [FilePath: UInt16] = [:]
        for member in self.members where member.entry.kind == .folder && !member.isRepeated {
            modes[FilePath(bytes: member.name)] = member.entry.mode & 0o755 | 0o700
        }
        var writer = TreeWriter(folder, folderModes: modes)
        let path = self.path
        let digestType = self.digestType
        try self.readAgain { (member, reader) throws(ArchiveError) in
            guard !member.isRepeated, !member.name.isEmpty, isWanted(member) else { return }
            let destination = FilePath(bytes: member.name)
            do throws(ExtractionError) {
                switch member.entry.kind {
                case .folder:
                    try Self.writing { () throws(HostFileError) in try writer.makeFolder(destination) }
                case .file:
                    let mode = member.entry.mode & 0o755 | 0o600
                    let digest = try Self.copy(
                        &reader, to: destination, mode: mode, &writer, digestType.init())
                    guard digest == member.digest else { throw .archive(Self.changed(path)) }
                case .symbolicLink, .hardLink, .characterDevice, .blockDevice, .fifo, .other:
                    break
                }
            } catch {
                throw error.asArchiveError(path, member.entry.name)
            }
        }
        for member in self.members
        where member.entry.kind == .symbolicLink && !member.isRepeated && isWanted(member) {
            do throws(HostFileError) {
                try writer.makeSymbolicLink(
                    FilePath(bytes: member.name), to: FilePath(bytes: member.entry.linkTarget))
            } catch {
                throw ArchiveError(.host(error), path, member: member.entry.name)
            }
        }
    }

    private enum ExtractionError: Error {
        case archive(ArchiveError)
        case host(HostFileError)

        func asArchiveError(_ path: FilePath, _ member: [UInt8]) -> ArchiveError {
            switch self {
            case .archive(let error): error
            case .host(let error): ArchiveError(.host(error), path, member: member)
            }
        }
    }

    private static func writing<Answer: ~Copyable>(
        _ body: () throws(HostFileError) -> Answer
    ) throws(ExtractionError) -> Answer {
        do throws(HostFileError) { return try body() } catch { throw .host(error) }
    }

    /// Writes one file and digests what was written.
    private static func copy(
        _ reader: inout ArchiveReader, to destination: FilePath, mode: UInt16, _ writer: inout TreeWriter,
        _ digest: consuming any ContentDigest
    ) throws(ExtractionError) -> [UInt8] {
        let file: HostOutputFile
        do throws(HostFileError) {
            file = try writer.makeFile(destination, mode: mode)
        } catch {
            throw .host(error)
        }
        while true {
            let piece: [UInt8]?
            do throws(ArchiveError) { piece = try reader.readPiece() } catch { throw .archive(error) }
            guard let piece else { return digest.finish() }
            digest.update(piece)
            do throws(HostFileError) { try file.write(piece) } catch { throw .host(error) }
        }
    }

    /// Reads the archive once more from its start, and makes sure that it is the same one.
    private func readAgain(
        _ handle: (Member, inout ArchiveReader) throws(ArchiveError) -> Void
    ) throws(ArchiveError) {
        try self.feed.restart(self.digestType.init())
        var reader = try ArchiveReader(strictly: self.feed, self.path, self.limits)
        var known: [Diagnostic] = []
        var index = 0
        while let entry = try reader.next(&known) {
            guard index < self.members.count, self.members[index].entry == entry else {
                throw Self.changed(self.path)
            }
            try handle(self.members[index], &reader)
            index += 1
        }
        guard index == self.members.count, try self.feed.finish() == self.digest else {
            throw Self.changed(self.path)
        }
    }

    private static func changed(_ path: FilePath) -> ArchiveError {
        ArchiveError(.host(HostFileError(.read, path, .changedWhileRead)), path)
    }
}
