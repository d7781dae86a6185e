import Diagnostics
import HostFiles
import ReleaseLoading
import ReleaseModel
import SystemPackage
import UpgradePlanning

/// Where the appup of each application is, or belongs.
struct AppupPlaces {
    let output: FilePath?
    let project: ProjectAppups?
    /// Whether the user named the project's folder: then files for dependencies are made there.
    let isGiven: Bool
    let files: HostFileSystem

    struct Place {
        var path: FilePath
        /// What is there.
        var committed: CommittedAppup?
        /// Something is there that cannot be read, or nothing can be written there.
        var isUnusable: Bool
    }

    func place(of application: Application, _ changes: [AppupChange], _ findings: inout [Diagnostic]) -> Place {
        let ordinary = self.ordinaryPaths(application)
        var paths = ordinary
        if let project = self.project, !project.isOwn(application.name) {
            let path = project.path(application.name, application.version, &findings)
            if self.files.isFile(path) || (self.isGiven && !Self.isCovered(application, changes)) { paths = [path] }
        }
        for path in paths where self.files.isFile(path) {
            let committed = CommittedAppup(path, version: application.version, self.files, &findings)
            return Place(path: path, committed: committed, isUnusable: committed == nil)
        }
        let path = paths.last ?? FilePath(application.appupFile)
        if paths == ordinary, self.output == nil, !self.files.isFolder(FilePath(application.directory)) {
            return self.packed(application, path, &findings)
        }
        return Place(path: path, committed: nil, isUnusable: false)
    }

    /// The source of the file before the file that rebar3 makes of it.
    private func ordinaryPaths(_ application: Application) -> [FilePath] {
        let name = application.name.name
        let folder = self.output ?? FilePath(application.directory)
        let sources = self.output ?? folder.removingLastComponent().appending("src")
        return [sources.appending("\(name).appup.src"), folder.appending("\(name).appup")]
    }

    /// Whether the application ships what is needed.
    private static func isCovered(_ application: Application, _ changes: [AppupChange]) -> Bool {
        guard let appup = application.appup else { return false }
        return changes.allSatisfy { change in
            UpgradeMode.allCases.allSatisfy { ((try? appup.entry(for: change.generated.from, $0)) ?? nil) != nil }
        }
    }

    /// An application inside of a tarball: what is there can be read, and nothing can be written.
    private func packed(_ application: Application, _ path: FilePath, _ findings: inout [Diagnostic]) -> Place {
        if let appup = application.appup {
            return Place(path: path, committed: CommittedAppup(path, appup), isUnusable: false)
        }
        findings.append(
            Diagnostic(
                Diagnostic.ID("appup/inside-tarball"), .error,
                "`\(application.name)` lies in a tarball, in which no appup can be written", at: .file(path.string),
                help: ["name a folder with `--output DIR`"], application: application.name.name))
        return Place(path: path, committed: nil, isUnusable: true)
    }
}
