import Diagnostics
package import HostFiles
import ReleaseFiles
package import ReleaseModel
package import SystemPackage

/// What the installer changes on the disk of a target system, beside what comes from a tarball.
package struct HostChanges: Sendable {
    package let root: FilePath
    package let files: HostFileSystem
    package let journal: Journal

    package init(root: FilePath, files: HostFileSystem) {
        self.root = root
        self.files = files
        self.journal = Journal(root: root, files: files)
    }

    private var releases: FilePath { self.root.appending("releases") }

    private static let records = ["RELEASES", "start_erl.data"]

    // MARK: - Records

    /// Keeps copies of the node's records, which it writes over in place.
    package func keepRecords() throws(HostFileError) {
        try self.files.makeFolders(self.journal.kept)
        for name in Self.records {
            let path = self.releases.appending(name)
            guard try self.files.factsIfPresent(of: path) != nil else { continue }
            let bytes = try self.files.readFile(path, limit: TargetSystem.fileLimit)
            try self.files.replaceFile(self.journal.kept.appending(name), with: bytes)
        }
    }

    /// Makes the records say what they should.
    package func apply(_ mend: RecordsMend) throws(HostFileError) {
        // The file that decides what boots comes last: until then a restart boots what it would have booted before.
        if mend.changesReleases { try self.replaceReleases(mend.releases) }
        if mend.changesStartData { try self.replace("start_erl.data", with: StartErlData.write(mend.startData)) }
    }

    /// Only while no node of this root runs: it would write over it from its memory.
    package func replaceReleases(_ records: [ReleaseRecord]) throws(HostFileError) {
        try self.replace("RELEASES", with: ReleasesFile.write(records))
    }

    /// Replaces a record in one step; it stays the property of whom it belonged to.
    private func replace(_ name: String, with bytes: [UInt8]) throws(HostFileError) {
        let path = self.releases.appending(name)
        let facts: HostFileFacts
        if let present = try self.files.factsIfPresent(of: path) {
            facts = present
        } else {
            facts = try self.files.facts(of: self.releases)
        }
        let mine = try self.files.facts(of: self.journal.folder)
        let isMine = facts.userID == mine.userID && facts.groupID == mine.groupID
        try self.files.replaceFile(
            path, with: bytes,
            owner: isMine ? nil : HostFileOwner(userID: facts.userID, groupID: facts.groupID))
    }

    /// Brings what the node wrote to the disk; stock code leaves that to the system.
    package func syncRecords() throws(HostFileError) {
        try self.files.syncFileSystem(of: self.releases)
    }

    /// Removes the folders that an exchange of the emulator left.
    package func removeTemporaryReleases() throws(HostFileError) {
        for entry in try self.files.entries(of: self.releases)
        where entry.name.string.hasPrefix(RecordsMend.temporaryPrefix) {
            try self.files.removeTree(self.releases.appending(entry.name))
        }
    }

    // MARK: - Removing

    /// Removes paths below the root: each is put aside in one step, so that nothing half removed ever stands in its place.
    package func remove(_ paths: [String]) throws(HostFileError) {
        let aside = self.journal.staging.appending("aside")
        for path in paths {
            let place = self.root.pushing(FilePath(path))
            guard try self.files.factsIfPresent(of: place, followLinks: false) != nil else { continue }
            try self.files.makeFolders(aside)
            let name = path.split(separator: "/").joined(separator: "+")
            let there = aside.appending(name)
            try self.files.removeTree(there)
            try self.files.rename(place, to: there)
        }
        try self.files.removeTree(aside)
    }
}
