import Diagnostics
import ErlangTerms
import ReleaseFiles
import ReleaseModel
import SystemPackage

extension ReleaseLoader {
    /// A release in a tarball: its applications come from the tarball, those it does not hold from `--lib` and OTP.
    func load(
        tarball path: FilePath, _ reference: ReleaseReference, reading parts: ReleaseParts,
        _ findings: inout [Diagnostic]
    ) async -> LoadedRelease? {
        guard
            let contents = TarballContents(
                of: path, withModules: parts.contains(.packedModules), pin: self.pin, self.files, &findings)
        else {
            return nil
        }
        let packed = PackedApplications(contents, path: path)
        let found = FoundResource(resource: contents.resource, file: contents.resourceFile, path: path)
        let search = ApplicationFolders(libraries: self.libraries, otp: self.otp, files: self.files)
        var loaded = await self.resolve(
            reference, found, search, reading: parts, packed: packed.find, &findings)
        loaded?.relup = contents.relup(&findings)
        loaded?.contents = contents
        return loaded
    }
}

/// The applications inside a tarball.
struct PackedApplications {
    private let contents: TarballContents
    private let path: FilePath

    init(_ contents: TarballContents, path: FilePath) {
        self.contents = contents
        self.path = path
    }

    /// The application of an entry, or nil when the tarball does not hold it.
    func find(
        _ entry: ReleaseResource.Entry, target: OTPRelease, _ findings: inout [Diagnostic]
    ) -> Result<ApplicationFolders.Found, ApplicationFailure>? {
        let folder = "lib/\(entry.name)-\(entry.version)/ebin"
        guard let bytes = self.contents.texts["\(folder)/\(entry.name).app"] else { return nil }
        let directory = "\(self.path):\(folder)"
        var search = ApplicationSearch(for: entry, target: target)
        search.consider(SourceFile(path: "\(directory)/\(entry.name).app", bytes: bytes), in: directory)
        findings += search.warnings
        return search.result.map { application in
            var application = application
            var appup: AppupReading?
            if let bytes = self.contents.texts["\(folder)/\(entry.name).appup"] {
                let reading = AppupReading(SourceFile(path: application.appupFile, bytes: bytes))
                application.appup = reading.appup
                appup = reading
            }
            application.modules = self.contents.modules[folder] ?? [:]
            return ApplicationFolders.Found(application: application, file: search.file, appup: appup)
        }
    }
}
