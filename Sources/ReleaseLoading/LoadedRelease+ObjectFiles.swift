package import HostFiles
package import ReleaseModel
import SystemPackage

extension LoadedRelease {
    /// For each application with modules that have no object file beside the `.app` file, a warning: what
    /// `systools:make_script` never looks at. One look into each folder; a release in a tarball has none to look into.
    package func missingObjectFiles(_ files: HostFileSystem) -> [ReleaseWarning] {
        switch self.reference {
        case .tarball: return []
        case .resource, .root: break
        }
        return self.release.applications.compactMap { member in
            let modules = member.specification.modules
            guard !modules.isEmpty else { return nil }
            let present = Set(files.names(in: FilePath(member.application.directory)))
            let missing = modules.filter { !present.contains("\($0.name).beam") }
            return missing.isEmpty ? nil : .objectFilesMissing(missing, ApplicationOrigin(member.application))
        }
    }
}
