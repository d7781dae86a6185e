import ReleaseFiles
import ReleaseModel
import SystemPackage

/// `releases/RELEASES` and `releases/start_erl.data`: what release_handler and the start scripts read first.
enum RecordFiles {
    static func entries(of release: Release) -> [ReleaseTree.Entry] {
        let releases = FilePath("releases")
        let data = StartErlData(runtime: release.resource.runtime, release: release.version)
        return [
            ReleaseTree.Entry(
                releases.appending("RELEASES"), .bytes(ReleasesFile.write([self.record(of: release)]))),
            ReleaseTree.Entry(releases.appending("start_erl.data"), .bytes(StartErlData.write(data))),
        ]
    }

    /// The one entry of a system that was just installed, as `release_handler:create_RELEASES` makes it: permanent, with
    /// libraries relative to the root.
    private static func record(of release: Release) -> ReleaseRecord {
        ReleaseRecord(
            name: release.name.text, version: release.version.text, runtime: release.resource.runtime.text,
            libraries: release.applications.map { member in
                ReleaseRecord.Library(
                    application: member.application.name, version: member.application.version,
                    directory: ApplicationFiles.folder(of: member.application).string)
            }, status: .permanent)
    }
}
