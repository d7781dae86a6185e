package import Diagnostics
import ErlangTerms
package import HostFiles
import ReleaseFiles
package import ReleaseModel
package import SystemPackage
import UpgradePlanning

/// The appups that a project keeps for applications it depends on: `DIR/APP/*.appup`, in the order of their names, then
/// `DIR/APP.appup`.
package struct ProjectAppups: Sendable {
    package let folder: FilePath
    private let files: HostFileSystem

    package init(_ folder: FilePath, files: HostFileSystem) {
        self.folder = folder
        self.files = files
    }

    /// The files for an application.
    package func paths(_ application: ApplicationName) -> [FilePath] {
        let own = self.folder.appending(application.name)
        let several = self.files.names(in: own).filter { $0.hasSuffix(".appup") }.map { own.appending($0) }
        let one = self.folder.appending("\(application.name).appup")
        return several + (self.files.isFile(one) ? [one] : [])
    }

    /// The file in which an appup for a version belongs: the one that is there, or `DIR/APP/VSN.appup`.
    package func path(
        _ application: ApplicationName, _ version: ApplicationVersion, _ findings: inout [Diagnostic]
    ) -> FilePath {
        for path in self.paths(application) {
            if CommittedAppup(path, version: version, self.files, &findings)?.written.isFor(version) == true {
                return path
            }
        }
        return self.folder.appending(application.name).appending("\(version).appup")
    }

    /// Whether the project develops an application itself: where rebar3 and Mix have it, seen from the folder that holds
    /// this one.
    package func isOwn(_ application: ApplicationName) -> Bool {
        let root = self.folder.removingLastComponent()
        let name = application.name
        let places: [FilePath] = [
            root.appending("src").appending("\(name).app.src"), root.appending("apps").appending(name).appending("src"),
            root.appending("apps").appending(name).appending("lib"),
            root.appending("lib").appending(name).appending("src"), root.appending("lib").appending("\(name).ex"),
            root.appending(name).appending("src"),
        ]
        return places.contains(where: self.files.isFileOrFolder)
    }
}

extension LoadedRelease {
    /// Reads the project's appups for the applications of this release; `findings` gets files that are none.
    package mutating func addAppups(
        of project: ProjectAppups, _ files: HostFileSystem, _ findings: inout [Diagnostic]
    ) {
        for application in self.release.applications {
            var found: [AppupSources.ProjectAppup] = []
            for path in project.paths(application.name) {
                guard let appup = CommittedAppup(path, version: application.version, files, &findings) else { continue }
                found.append(AppupSources.ProjectAppup(path: path.string, appup: appup.written))
                self.appups.files[path.string] = appup.file
            }
            if !found.isEmpty { self.appups.project[application.name] = found }
        }
    }
}
