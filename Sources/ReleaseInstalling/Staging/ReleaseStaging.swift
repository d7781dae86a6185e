package import Archives
package import Diagnostics
package import HostFiles
import ReleaseModel
package import SystemPackage

/// Brings a release tarball into a staging folder of a root, from where it takes its place by renames.
///
///     tarball ─ read to its end ─ digest ─ members ─ the host's files ─ space ─ written ─ synced → StagedRelease
///                   refuse        refuse   refuse        refuse        refuse
///
/// Nothing is written before all questions are answered, and only what the host does not have yet. The staging folder is
/// `releases/.relift/staging/DIGEST`, on the file system of the release. The caller holds the lock of the root.
package struct ReleaseStaging: Sendable {
    package let root: FilePath
    package let files: HostFileSystem
    /// Limits of the tarball.
    package var policy = VerifiedArchive.Policy()
    /// What has to be left on the file system when everything is unpacked, for logs, crash dumps and a way back.
    package var reserve = Reserve()

    package struct Reserve: Hashable, Sendable {
        package var bytes = 64 << 20
        package var inodes = 1000
        package init() {}
    }

    package init(_ system: TargetSystem) {
        self.root = system.root
        self.files = system.files
    }

    /// Stages a tarball; nil after a finding of error severity, with nothing left of it.
    ///
    /// - Parameter expectedDigest: SHA-256 that the tarball must have, in hexadecimal digits; a file `TARBALL.sha256` beside
    ///   it is asked, too.
    package func stage(
        _ tarball: FilePath, expectedDigest: String? = nil, _ findings: inout [Diagnostic]
    ) -> StagedRelease? {
        do throws(ArchiveError) {
            var resourceFiles = 0
            let verified = try VerifiedArchive(
                tarball, policy: self.policy, digestType: SHA256Digest.self,
                keeping: { name, size in
                    guard ResourceChoice.isCandidate(name), size <= ResourceChoice.sizeLimit else { return false }
                    resourceFiles += 1
                    return resourceFiles <= ResourceChoice.countLimit
                }, self.files, &findings)
            guard let archive = verified else { return nil }
            return self.stage(archive, expectedDigest, &findings)
        } catch {
            findings.append(error.diagnostic)
            return nil
        }
    }

    private func stage(
        _ archive: borrowing VerifiedArchive, _ expectedDigest: String?, _ findings: inout [Diagnostic]
    ) -> StagedRelease? {
        var found: [Diagnostic] = []
        defer { findings += found }
        let digest = SHA256Digest.hexadecimal(archive.digest)
        let wasChecked = DigestFile.check(digest, of: archive.path, expected: expectedDigest, self.files, &found)
        guard !found.hasErrors else { return nil }
        guard let choice = ResourceChoice(archive.kept, in: archive.path, &found), !found.hasErrors else { return nil }
        do {
            let plan = try StagingPlan(archive, choice, root: self.root, self.files, &found)
            guard !found.hasErrors else { return nil }
            let placement = Placement(
                digest: digest, resource: choice.resource, archiveName: choice.archiveName,
                applications: plan.applications.filter { $0.origin != .missing }
                    .map { .init(name: $0.name, version: $0.version) }, moves: plan.moves)
            guard try self.write(archive, choice, plan, placement, &found) else { return nil }
            return StagedRelease(
                root: self.root, placement: placement, members: Self.members(of: archive),
                applications: plan.applications, digestWasChecked: wasChecked)
        } catch let error as HostFileError {
            found.append(error.diagnostic)
        } catch let error as ArchiveError {
            found.append(error.diagnostic)
        } catch {
            found.append(Diagnostic(.stageUnreadable, .error, "the release could not be staged: \(error)"))
        }
        return nil
    }

    private static func members(of archive: borrowing VerifiedArchive) -> [StagedRelease.Member] {
        archive.members.filter { $0.entry.kind == .file && !$0.isRepeated }.map {
            .init(
                path: FilePath(bytes: $0.name), size: $0.entry.size, digest: SHA256Digest.hexadecimal($0.digest))
        }
    }

    // MARK: - Writing

    /// Unpacks what the plan wants, and writes down the placement; false after a finding. Whatever goes wrong, nothing of it
    /// is left.
    private func write(
        _ archive: borrowing VerifiedArchive, _ choice: ResourceChoice, _ plan: StagingPlan, _ placement: Placement,
        _ findings: inout [Diagnostic]
    ) throws -> Bool {
        let area = Placement.area(in: self.root)
        try self.files.makeFolders(area)
        try self.files.removeTree(area.appending(placement.digest))
        var isStaged = false
        defer {
            // After a failure that is told already: what cannot be removed now is removed by the next attempt.
            if !isStaged { try? self.files.removeTree(area.appending(placement.digest)) }
        }
        guard try self.hasRoom(archive, plan, area, &findings), try self.isOneFileSystem(plan, area, &findings) else {
            return false
        }
        let folder = Placement.folder(of: placement.digest, in: self.root)
        let tree = folder.appending(Placement.treeName)
        try HostFolder(area, self.files).makeFolder(FilePath.Component(placement.digest) ?? "staged", mode: 0o700)
        try HostFolder(folder, self.files).makeFolder(Placement.treeName)
        try archive.extract(into: HostFolder(tree, self.files)) { plan.wanted.contains($0.name) }
        if plan.needsResourceFile {
            let path = placement.resourceFile(in: tree)
            try self.files.makeFolders(path.removingLastComponent())
            try self.files.replaceFile(path, with: choice.bytes, durable: false)
        }
        try self.files.syncFileSystem(of: folder)
        try self.files.replaceFile(folder.appending(Placement.fileName), with: placement.file)
        try self.files.syncFolder(area)
        isStaged = true
        return true
    }

    private func hasRoom(
        _ archive: borrowing VerifiedArchive, _ plan: StagingPlan, _ area: FilePath, _ findings: inout [Diagnostic]
    ) throws(HostFileError) -> Bool {
        let space = try HostFolder(area, self.files).space()
        let need = plan.need(archive, blockSize: space.blockSize)
        func lack(_ what: String, _ needed: Int, _ reserve: Int, _ free: Int) -> Bool {
            let (wanted, isTooLarge) = needed.addingReportingOverflow(reserve)
            guard isTooLarge || wanted > free else { return false }
            findings.append(
                Diagnostic(
                    .stageNoSpace, .error,
                    "there are not enough \(what) left for the release on the file system of `\(self.root)`",
                    at: .file(self.root.string), explanation: "Nothing was written.",
                    notes: [
                        .init("needed: \(needed) \(what), and \(reserve) that have to be left"),
                        .init("free: \(free) \(what)"),
                    ],
                    help: ["free some space (`df -h \(self.root)` and `df -i \(self.root)` show how much is left)"]))
            return true
        }
        let lacksBytes = lack("bytes", need.bytes, self.reserve.bytes, space.bytes)
        let lacksInodes = space.inodes.map { lack("inodes", need.inodes, self.reserve.inodes, $0) } ?? false
        return !lacksBytes && !lacksInodes
    }

    /// A rename works only within one file system.
    private func isOneFileSystem(
        _ plan: StagingPlan, _ area: FilePath, _ findings: inout [Diagnostic]
    ) throws(HostFileError) -> Bool {
        let own = try self.files.facts(of: area).device
        for parent in Set(plan.moves.map { self.root.pushing($0.removingLastComponent()) }) {
            guard let facts = try self.files.factsIfPresent(of: parent), facts.device != own else { continue }
            findings.append(
                Diagnostic(
                    .stageOtherFileSystem, .error, "`\(parent)` is on another file system than `\(area)`",
                    at: .file(parent.string),
                    explanation: "What is staged could not take its place there in one step.",
                    help: ["keep the root of a release on one file system (`findmnt -T \(parent)` shows the mount)"]))
            return false
        }
        return true
    }
}
