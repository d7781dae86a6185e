package import Archives
import Crypto
import Diagnostics
package import HostFiles
package import SystemPackage

/// Two tarballs of one release, member by member and field by field: what a build makes, and one that was given.
///
/// Both are read twice at most, and one member of each at a time is held in memory.
package struct TarballComparison: Sendable {
    /// What of a member differs; in the order in which differences are told, those that change the release first.
    package enum Field: String, Hashable, Sendable, CaseIterable {
        case missing, additional, kind, contents, link, mode, additionalFolder = "additional-folder", owner, time, name
        case order
    }

    /// One difference; both values as words.
    package struct Difference: Hashable, Sendable {
        package let field: Field
        /// The name of the member.
        package let member: String
        package let built: String
        package let given: String
    }

    package let built: FilePath
    package let given: FilePath
    /// By their fields, then in the order of the members.
    package let differences: [Difference]
    /// Members that both have.
    package let commonMembers: Int
    /// Whether the files are the same byte by byte.
    package let areSameBytes: Bool
    private let files: HostFileSystem

    /// Reads both; what is wrong with the given one is thrown.
    package init(built: FilePath, given: FilePath, _ files: HostFileSystem) throws(ArchiveError) {
        self.built = built
        self.given = given
        self.files = files
        let builtContents = try Self.contents(of: built, files)
        let givenContents = try Self.contents(of: given, files)
        let (ours, theirs) = (builtContents.members, givenContents.members)
        self.areSameBytes = try Self.digest(of: built, files) == Self.digest(of: given, files)
        let inGiven = Self.places(ours: theirs)
        let inBuilt = Self.places(ours: ours)
        var differences: [Difference] = []
        for member in ours {
            guard let place = inGiven[member.entry.plainName] else {
                // A folder that its files make all the same.
                let field: Field = member.entry.kind == .folder ? .additionalFolder : .missing
                differences.append(
                    Difference(field: field, member: member.entry.nameText, built: member.words, given: "nothing"))
                continue
            }
            differences += Self.differences(member, theirs[place])
        }
        for member in theirs where inBuilt[member.entry.plainName] == nil {
            let field: Field = member.entry.kind == .folder ? .additionalFolder : .additional
            differences.append(
                Difference(field: field, member: member.entry.nameText, built: "nothing", given: member.words))
        }
        if let difference = Self.order(ours, theirs, inBuilt, inGiven) { differences.append(difference) }
        let rank = Dictionary(
            uniqueKeysWithValues: Field.allCases.enumerated().map { ($0.element, $0.offset) })
        self.differences = differences.enumerated()
            .sorted { (rank[$0.element.field] ?? 0, $0.offset) < (rank[$1.element.field] ?? 0, $1.offset) }
            .map(\.element)
        self.commonMembers = ours.count { inGiven[$0.entry.plainName] != nil }
    }

    // MARK: - Reading

    private struct Member {
        let entry: ArchiveEntry
        let digest: [UInt8]

        var words: String {
            switch self.entry.kind {
            case .file: "a file of \(self.entry.size) bytes"
            case .folder: "a folder"
            case .symbolicLink: "a link to \(String(decoding: self.entry.linkTarget, as: UTF8.self))"
            case .hardLink: "a hard link to \(String(decoding: self.entry.linkTarget, as: UTF8.self))"
            case .characterDevice, .blockDevice: "a device"
            case .fifo: "a named pipe"
            case .other: "something else"
            }
        }
    }

    private static func contents(
        of path: FilePath, _ files: HostFileSystem
    ) throws(ArchiveError) -> (members: [Member], findings: [Diagnostic]) {
        var reader = try ArchiveReader(path, files)
        var (members, findings): ([Member], [Diagnostic]) = ([], [])
        while let entry = try reader.next(&findings) {
            var hash = SHA256()
            while let piece = try reader.readPiece() { hash.update(data: piece) }
            members.append(Member(entry: entry, digest: Array(hash.finalize())))
        }
        return (members, findings)
    }

    private static func digest(of path: FilePath, _ files: HostFileSystem) throws(ArchiveError) -> [UInt8] {
        do throws(HostFileError) {
            let file = try HostInputFile(path, files)
            var hash = SHA256()
            while true {
                let piece = try file.read(upTo: 1 << 20)
                if piece.isEmpty { return Array(hash.finalize()) }
                hash.update(data: piece)
            }
        } catch {
            throw ArchiveError(.host(error), path)
        }
    }

    /// Bytes of a member whose contents are looked into.
    private static let contentLimit = 64 << 20

    /// The contents of a member of both; nil where either has no such file, or too large a one.
    func contents(of member: String) throws(ArchiveError) -> (built: [UInt8], given: [UInt8])? {
        guard let built = try self.contents(of: member, in: self.built),
            let given = try self.contents(of: member, in: self.given)
        else { return nil }
        return (built, given)
    }

    private func contents(of member: String, in path: FilePath) throws(ArchiveError) -> [UInt8]? {
        var ignored: [Diagnostic] = []
        var reader = try ArchiveReader(path, self.files)
        while let entry = try reader.next(&ignored) {
            guard entry.kind == .file, entry.nameText == member else { continue }
            return entry.size <= Self.contentLimit ? try reader.readContents() : nil
        }
        return nil
    }

    /// The place of the last member of each name, which is the one that counts when a tarball is unpacked.
    private static func places(ours members: [Member]) -> [[UInt8]: Int] {
        Dictionary(
            members.enumerated().map { ($0.element.entry.plainName, $0.offset) }, uniquingKeysWith: { max($0, $1) })
    }

    // MARK: - Comparing

    private static func differences(_ ours: Member, _ theirs: Member) -> [Difference] {
        var differences: [Difference] = []
        func compare(_ field: Field, _ built: String, _ given: String, if isDifferent: Bool = true) {
            guard isDifferent, built != given else { return }
            differences.append(
                Difference(field: field, member: ours.entry.nameText, built: built, given: given))
        }
        guard ours.entry.kind == theirs.entry.kind else {
            compare(.kind, ours.words, theirs.words)
            return differences
        }
        if ours.digest != theirs.digest {
            compare(.contents, Self.contentWords(ours), Self.contentWords(theirs))
        }
        compare(.link, ours.words, theirs.words, if: ours.entry.linkTarget != theirs.entry.linkTarget)
        // Nobody asks for the mode of a link.
        compare(
            .mode, Self.octal(ours.entry.mode), Self.octal(theirs.entry.mode), if: ours.entry.kind != .symbolicLink)
        compare(.owner, ours.entry.owner.description, theirs.entry.owner.description)
        compare(.time, "\(ours.entry.modified)", "\(theirs.entry.modified)")
        compare(.name, ours.entry.nameText, theirs.entry.nameText)
        return differences
    }

    private static func contentWords(_ member: Member) -> String {
        "\(member.entry.size) bytes, sha256 \(ContentDigest.hexadecimal(member.digest.prefix(6)))…"
    }

    private static func octal(_ mode: UInt16) -> String { "0" + String(mode, radix: 8) }

    /// The first common member that stands elsewhere, or that is there more than once.
    private static func order(
        _ ours: [Member], _ theirs: [Member], _ inBuilt: [[UInt8]: Int], _ inGiven: [[UInt8]: Int]
    ) -> Difference? {
        let built = ours.map(\.entry).filter { inGiven[$0.plainName] != nil }
        let given = theirs.map(\.entry).filter { inBuilt[$0.plainName] != nil }
        for (ours, theirs) in zip(built, given) where ours.plainName != theirs.plainName {
            return Difference(
                field: .order, member: ours.nameText, built: ours.nameText, given: theirs.nameText)
        }
        guard built.count != given.count else { return nil }
        return Difference(
            field: .order, member: given.last?.nameText ?? "", built: "each member once",
            given: "\(given.count - built.count) members again")
    }
}
