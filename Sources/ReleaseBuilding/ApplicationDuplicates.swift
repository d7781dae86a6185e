import Diagnostics
import ReleaseFiles
import ReleaseLoading
import ReleaseModel
import SystemPackage

/// Applications that are found more than once, in several versions: which one is taken depends on the order of folders.
struct ApplicationDuplicates {
    let folders: ApplicationFolders
    let target: OTPRelease

    /// A warning for each application that is there in another version than the one that was taken, with both places; not
    /// for those whose version the manifest gives.
    func findings(
        for found: [ApplicationFolders.Found], versionsGiven: Set<ApplicationName>
    ) -> [Diagnostic] {
        found.sorted { $0.application.name < $1.application.name }.compactMap { taken in
            let application = taken.application
            guard !versionsGiven.contains(application.name) else { return nil }
            let others = self.folders.files(of: application.name).filter { $0.string != application.file }
            var notes: [Diagnostic.Note] = []
            for path in others {
                var ignored: [Diagnostic] = []
                guard let source = self.folders.source(path, &ignored),
                    let other = ApplicationFile.read(source, &ignored, target: self.target),
                    other.version != application.version
                else { continue }
                notes.append(Diagnostic.Note("version \(other.version) is here", at: .file(path.string)))
            }
            guard !notes.isEmpty else { return nil }
            return Diagnostic(
                Diagnostic.ID("build/application-in-versions"), .warning,
                "application `\(application.name)` is there in several versions; \(application.version) is taken",
                at: .file(application.file),
                explanation: "The folder that is searched first counts: `--lib`, then `lib_dirs`, `ERL_LIBS` and OTP.",
                notes: notes,
                help: ["give the version in the release: `{\(application.name), \"\(application.version)\"}`"],
                application: application.name.name)
        }
    }
}
