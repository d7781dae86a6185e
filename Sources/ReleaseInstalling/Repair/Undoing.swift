import Diagnostics
import ErlangTerms
import HostFiles
import ReleaseFiles
import ReleaseModel
import SystemPackage

/// Takes back what an operation put on a host before the node ran anything of it. It can be done again after it was cut
/// off.
struct Undoing {
    let changes: HostChanges

    /// Makes the node forget the version, if this operation told it, and removes the files that it put there.
    ///
    /// - Parameter client: nil where no node of this root runs.
    func takeBack(
        _ version: String, _ journal: JournalText, _ client: ReleaseHandlerClient?
    ) async throws(HostFileError) -> InstallMachine.Event {
        if journal.hasBegun(.record), let problem = try await self.forget(version, client) { return problem }
        let records = HostRecords(in: self.changes.root.appending("releases"), self.changes.files)
        let inUse = Set((records.releases ?? []).filter { $0.version != version }.flatMap(\.libraries).map(\.directory))
        let root = self.changes.root.string
        try self.changes.remove(
            journal.placing.filter { !inUse.contains($0) && !inUse.contains("\(root)/\($0)") })
        try self.changes.journal.forgetDigest(of: version)
        return .done([])
    }

    /// Makes the node forget the version, then removes paths that belong to it alone.
    func remove(
        _ version: String, _ paths: [String], _ client: ReleaseHandlerClient?
    ) async throws(HostFileError) -> InstallMachine.Event {
        if let problem = try await self.forget(version, client) { return problem }
        try self.changes.remove(paths)
        try self.changes.journal.forgetDigest(of: version)
        return .done([])
    }

    /// What keeps the node, or its file, from forgetting the version.
    private func forget(
        _ version: String, _ client: ReleaseHandlerClient?
    ) async throws(HostFileError) -> InstallMachine.Event? {
        guard let client else {
            return try self.forgetOnDisk(version)
        }
        switch await client.setRemoved(version) {
        case .failure(let failure): return failure.event
        case .success(.ok):
            // Before the files go: a power cut must not leave a record of what is not there.
            try self.changes.syncRecords()
            return nil
        case .success(.error(let reason)):
            // It had not come that far.
            if reason.tupleElements?.first?.isAtom("no_such_release") == true { return nil }
            return .answered(.error(reason))
        }
    }

    private func forgetOnDisk(_ version: String) throws(HostFileError) -> InstallMachine.Event? {
        let event = try Records(changes: self.changes).mend(live: nil, committing: nil)
        if case .failed = event { return event }
        let folder = self.changes.root.appending("releases")
        guard let records = HostRecords(in: folder, self.changes.files).releases,
            records.contains(where: { $0.version == version && $0.status != .permanent })
        else { return nil }
        try self.changes.replaceReleases(records.filter { $0.version != version })
        return nil
    }
}
