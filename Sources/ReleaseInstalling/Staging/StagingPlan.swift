import Archives
import Diagnostics
import HostFiles
import ReleaseLoading
import ReleaseModel
import SystemPackage

/// What of a tarball has to be written and moved, after it was held against what the host has.
struct StagingPlan {
    /// The names of the members to unpack.
    private(set) var wanted: Set<[UInt8]> = []
    /// Relative to the root, in order.
    private(set) var moves: [FilePath] = []
    private(set) var applications: [StagedRelease.Application] = []
    /// The version folder, staged or in place, needs the `.rel` file, as stock unpacking would copy it.
    private(set) var needsResourceFile = false

    private let comparison: HostComparison
    private let archiveName: FilePath

    /// Findings of error severity say why the tarball does not fit the host.
    init(
        _ archive: borrowing VerifiedArchive, _ choice: ResourceChoice, root: FilePath, _ files: HostFileSystem,
        _ findings: inout [Diagnostic]
    ) throws {
        self.comparison = HostComparison(root: root, files: files)
        self.archiveName = archive.path
        let version = choice.resource.version
        let layout = TarballLayout(archive.members, version: version, archiveName: choice.archiveName)
        self.note(layout, &findings)
        var loose = layout.loose
        for (folder, members) in layout.otherVersions {
            if try files.factsIfPresent(of: root.pushing(folder), followLinks: false) == nil {
                loose += members
            } else {
                findings.append(Self.otherVersion(folder, archive.path))
            }
        }
        let newUnits = try self.compare(layout.units, archive, &findings)
        let looseMoves = try self.place(loose.sorted(), archive, &findings)
        self.findApplications(choice.resource, layout.units, newUnits, files)

        func paths(_ kind: TarballLayout.Unit.Kind) -> [FilePath] {
            newUnits.filter { $0.kind == kind }.map(\.path).sorted { $0.bytes.lexicographicallyPrecedes($1.bytes) }
        }
        self.moves = paths(.library) + paths(.runtime) + looseMoves + paths(.version)
        let resourceFile = FilePath("releases").appending(version.text).appending("\(choice.archiveName).rel")
        if newUnits.contains(where: { $0.kind == .version }) {
            self.needsResourceFile = true
        } else if try files.factsIfPresent(of: root.pushing(resourceFile)) == nil {
            self.needsResourceFile = true
            let folder = resourceFile.removingLastComponent()
            let isFolder = try files.factsIfPresent(of: root.pushing(folder), followLinks: false) != nil
            self.moves.append(isFolder ? resourceFile : folder)
        }
        for unit in newUnits {
            for index in unit.members { self.wanted.insert(archive.members[index].name) }
        }
    }

    /// Bytes and inodes that unpacking takes.
    func need(_ archive: borrowing VerifiedArchive, blockSize: Int) -> (bytes: Int, inodes: Int) {
        var (bytes, inodes) = (0, 0)
        var folders: Set<FilePath> = []
        for index in archive.members.indices {
            let member = archive.members[index]
            guard !member.isRepeated, self.wanted.contains(member.name) else { continue }
            let path = FilePath(bytes: member.name)
            if member.entry.kind == .folder { folders.insert(path) } else { inodes += 1 }
            // Sizes are below the limit of the archive, all together.
            bytes += (member.entry.size / blockSize + (member.entry.size % blockSize == 0 ? 0 : 1)) * blockSize
            var folder = path.removingLastComponent()
            while !folder.isEmpty, folders.insert(folder).inserted { folder = folder.removingLastComponent() }
        }
        return (bytes + folders.count * blockSize, inodes + folders.count)
    }

    // MARK: - Members by what they are for

    private func note(_ layout: TarballLayout, _ findings: inout [Diagnostic]) {
        for path in layout.reserved.prefix(1) {
            findings.append(
                Diagnostic(
                    .stageReservedName, .error, "the tarball has `\(path)`, which never comes from a release",
                    at: .binary(.init(path: self.archiveName.string, chunk: path.string)),
                    explanation:
                        "In `releases/.relift` relift keeps what it does, in `etc/relift` are the keys that the host trusts.",
                    help: ["leave it out of the tarball"]))
        }
        for path in layout.live {
            findings.append(
                Diagnostic(
                    .stageLiveFile, .note, "`\(path)` of the tarball is left out",
                    at: .binary(.init(path: self.archiveName.string, chunk: path.string)),
                    explanation: "The host's own says what runs there, or how to reach it."))
        }
    }

    private static func otherVersion(_ folder: FilePath, _ archive: FilePath) -> Diagnostic {
        Diagnostic(
            .stageOtherVersion, .error, "the tarball has files for `\(folder)`, another release on the host",
            at: .binary(.init(path: archive.string, chunk: folder.string)),
            explanation: "Installing a release must not change another one.",
            help: ["make a tarball of this release only"])
    }

    /// What is to be done with members outside of units: as in stock unpacking, what the host has stays.
    private mutating func place(
        _ indices: [Int], _ archive: borrowing VerifiedArchive, _ findings: inout [Diagnostic]
    ) throws(HostFileError) -> [FilePath] {
        var moves: Set<FilePath> = []
        for index in indices {
            let member = archive.members[index]
            let path = FilePath(bytes: member.name)
            switch try self.comparison.way(to: path) {
            case .free(let top):
                self.wanted.insert(member.name)
                let isCommon = top == "lib" || top == "releases"
                moves.insert(isCommon ? FilePath(root: nil, Array(path.components).prefix(2)) : top)
            case .taken:
                guard try self.comparison.difference(of: member) != nil else { continue }
                findings.append(
                    Diagnostic(
                        .stageKeptFile, .note, "`\(path)` of the host stays: the tarball has another",
                        at: .file(self.comparison.root.pushing(path).string),
                        explanation: "What belongs to no library, runtime system or version is never replaced, as "
                            + "`unpack_release` never does.",
                        help: ["copy it by hand if the new one is needed"]))
            case .blocked(let top):
                findings.append(
                    Diagnostic(
                        .stageBehindHostLink, .warning, "`\(path)` of the tarball is left out",
                        at: .file(self.comparison.root.pushing(top).string),
                        explanation: "On the host `\(top)` is a symbolic link or no folder.",
                        help: ["copy it by hand if it is needed"]))
            }
        }
        return moves.sorted { $0.bytes.lexicographicallyPrecedes($1.bytes) }
    }

    private mutating func findApplications(
        _ resource: ReleaseResource, _ units: [TarballLayout.Unit], _ new: [TarballLayout.Unit], _ files: HostFileSystem
    ) {
        let packed = Set(units.map(\.path))
        let newPaths = Set(new.map(\.path))
        self.applications = resource.applications.map { entry in
            let folder = FilePath("lib").appending("\(entry.name)-\(entry.version)")
            let origin: StagedRelease.Application.Origin =
                if newPaths.contains(folder) {
                    .new
                } else if packed.contains(folder) {
                    .same
                } else {
                    (try? files.factsIfPresent(of: self.comparison.root.pushing(folder)))?.kind == .folder
                        ? .host : .missing
                }
            return .init(name: entry.name, version: entry.version, origin: origin)
        }
    }

    // MARK: - Folders that the host has

    /// The units that the host does not have; findings for those that it has otherwise.
    private func compare(
        _ units: [TarballLayout.Unit], _ archive: borrowing VerifiedArchive, _ findings: inout [Diagnostic]
    ) throws -> [TarballLayout.Unit] {
        var new: [TarballLayout.Unit] = []
        var differing: [(unit: TarballLayout.Unit, differences: [Int: HostComparison.Difference])] = []
        for unit in units {
            let place = self.comparison.root.pushing(unit.path)
            guard try self.comparison.files.factsIfPresent(of: place, followLinks: false) != nil else {
                new.append(unit)
                continue
            }
            var differences: [Int: HostComparison.Difference] = [:]
            for index in unit.members {
                differences[index] = try self.comparison.difference(of: archive.members[index])
            }
            differences = differences.filter { index, difference in
                difference == .missing
                    ? Self.isNeeded(archive.members[index], unit)
                    : !Self.isWrittenAtInstallation(archive.members[index], unit)
            }
            if !differences.isEmpty { differing.append((unit, differences)) }
        }
        let short = try self.haveOtherStart(differing.flatMap { Array($0.differences) }, archive)
        for index in differing.indices {
            let own = differing[index].differences
            differing[index].differences.merge(short.filter { own[$0.key] != nil }) { $1 }
        }
        let same = try self.haveSameCode(differing.flatMap { Array($0.differences) }, archive)
        for (unit, differences) in differing {
            let settled = differences.merging(same.filter { differences[$0.key] != nil }) { $1 }
            findings.append(DifferingUnit(unit, settled, archive, self.comparison).finding)
        }
        return new
    }

    /// Whether a library, or another folder, does not work without a member. Sources, headers and documents are often left
    /// out of one of two tarballs of the same library.
    private static func isNeeded(_ member: VerifiedArchive.Member, _ unit: TarballLayout.Unit) -> Bool {
        guard unit.kind == .library, member.entry.kind != .folder else { return unit.kind != .library }
        let parts = FilePath(bytes: member.name).components.dropFirst(unit.path.components.count)
        guard let folder = parts.first else { return true }
        guard parts.count > 1 || member.entry.kind != .file else { return folder == "ebin" || folder == "priv" }
        switch folder {
        case "priv": return true
        case "ebin": return parts.last.map { ["beam", "app"].contains($0.extension) } ?? false
        default: return false
        }
    }

    /// Scripts that hold the path of the root: the one who installs a runtime system writes them (`erl.src` and others).
    private static func isWrittenAtInstallation(
        _ member: VerifiedArchive.Member, _ unit: TarballLayout.Unit
    ) -> Bool {
        guard unit.kind == .runtime else { return false }
        let path = FilePath(bytes: member.name)
        return path.removingLastComponent() == unit.path.appending("bin")
            && ["erl", "start", "start_erl"].contains(path.lastComponent?.string ?? "")
    }

    /// Those of the differing files that are BEAM files of the same code on both sides; the tarball is read once more for
    /// that.
    private func haveSameCode(
        _ differences: [(key: Int, value: HostComparison.Difference)], _ archive: borrowing VerifiedArchive
    ) throws -> [Int: HostComparison.Difference] {
        var wanted: [[UInt8]: Int] = [:]
        for (index, difference) in differences {
            guard case .other(_?) = difference else { continue }
            let member = archive.members[index]
            guard member.name.suffix(5).elementsEqual(".beam".utf8), member.entry.size <= Self.moduleLimit else {
                continue
            }
            wanted[member.name] = index
        }
        guard !wanted.isEmpty else { return [:] }
        var same: [Int: HostComparison.Difference] = [:]
        // One after the other: a tarball is read in its order, so that one module at a time is in memory.
        var (current, bytes): ([UInt8], [UInt8]) = ([], [])
        let comparison = self.comparison
        try archive.read({ wanted[$0.name] != nil && !$0.isRepeated }) { member, piece in
            if member.name != current { (current, bytes) = (member.name, []) }
            bytes += piece
            guard bytes.count == member.entry.size, let index = wanted[member.name] else { return }
            let path = comparison.root.pushing(FilePath(bytes: member.name))
            // What cannot be read stays what it was: another file.
            guard let host = try? comparison.files.readFile(path, limit: Self.moduleLimit) else { return }
            if ObjectCode.isSame(host, bytes) { same[index] = .sameCode }
        }
        return same
    }

    /// Bytes of a BEAM file that is looked into at most.
    private static let moduleLimit = 32 << 20

    /// Those of the shorter files that do not even start like the tarball's, with their digests; it is read once more for
    /// that.
    private func haveOtherStart(
        _ differences: [(key: Int, value: HostComparison.Difference)], _ archive: borrowing VerifiedArchive
    ) throws -> [Int: HostComparison.Difference] {
        var starts: [[UInt8]: (index: Int, rest: Int, digest: SHA256Digest)] = [:]
        for (index, difference) in differences {
            guard case .short(let bytes) = difference else { continue }
            starts[archive.members[index].name] = (index, bytes, SHA256Digest())
        }
        guard !starts.isEmpty else { return [:] }
        try archive.read({ starts[$0.name] != nil && !$0.isRepeated }) { member, piece in
            guard var start = starts[member.name], start.rest > 0 else { return }
            let part = Array(piece.prefix(start.rest))
            start.digest.update(part)
            start.rest -= part.count
            starts[member.name] = start
        }
        var other: [Int: HostComparison.Difference] = [:]
        for (name, start) in starts {
            let digest = try self.comparison.digest(of: self.comparison.root.pushing(FilePath(bytes: name)))
            if digest != start.digest.finish() { other[start.index] = .other(digest: digest) }
        }
        return other
    }
}
