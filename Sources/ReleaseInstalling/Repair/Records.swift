import Diagnostics
import HostFiles
import ReleaseModel
import SystemPackage

/// The records of a target system on its disk, held against what they should say.
struct Records {
    let changes: HostChanges

    /// Mends them where they need it. `committing` is the version that is being made permanent, by an operation that was
    /// cut off or by the one that asks.
    ///
    /// The event says what was mended, or that nothing tells which release boots.
    func mend(live: [NodeRelease]?, committing: String?) throws(HostFileError) -> InstallMachine.Event {
        var ignored: [Diagnostic] = []
        guard let system = TargetSystem(root: self.changes.root, files: self.changes.files, &ignored) else {
            return .failed(ignored)
        }
        let releases = self.changes.root.appending("releases")
        let kept = (try self.changes.files.factsIfPresent(of: self.changes.journal.kept)) != nil
        let disk = HostRecords(in: releases, self.changes.files)
        let mend = RecordsMend(
            .init(
                disk: disk, kept: kept ? HostRecords(in: self.changes.journal.kept, self.changes.files) : nil,
                whole: system.wholeReleases(), live: live, committing: committing))
        guard let mend else { return .failed([Self.nothingBoots(self.changes.root)]) }
        try self.changes.apply(mend)
        return .done(mend.notes)
    }

    private static func nothingBoots(_ root: FilePath) -> Diagnostic {
        Diagnostic(
            Diagnostic.ID("repair/no-permanent-release"), .error,
            "nothing below `\(root)` says which release boots", at: .file("\(root)/releases/start_erl.data"),
            explanation: "RELEASES and start_erl.data are missing or damaged, and there is more or less than one whole "
                + "release on the disk.",
            help: ["write `ERTSVERSION RELEASEVERSION` to that file, for a folder in releases/, and repair again"])
    }
}
