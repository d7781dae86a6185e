import ArgumentParser
import Diagnostics
import HostFiles
import ReleaseLoading
import SystemPackage

/// Where a project keeps appups for applications that ship none.
struct AppupOptions: ParsableArguments {
    @Option(
        name: .customLong("appups"),
        help: ArgumentHelp(
            "The project's folder of appups for its dependencies: DIR/APP/*.appup or DIR/APP.appup, chosen by version. "
                + "They go before the one beside APP.app. Default: `appups` in the working folder, if it is there.",
            valueName: "dir|none"))
    var folder: String?

    private static let standard: FilePath = "appups"

    /// Whether the user named the folder.
    var isGiven: Bool { self.folder != nil && self.folder != "none" }

    /// The folder, or nil where there is none. A folder that was named may be yet to be made when `isWritten`.
    func project(
        _ files: HostFileSystem, isWritten: Bool = false, _ findings: inout [Diagnostic]
    ) -> ProjectAppups? {
        switch self.folder {
        case "none": return nil
        case .some(let path):
            if !isWritten, !files.isFolder(FilePath(path)) {
                findings.append(
                    Diagnostic(
                        Diagnostic.ID("appup/no-such-folder"), .error, "`--appups \(path)` is no folder",
                        at: .file(path), help: ["correct the path, or write it with `relift appup … --appups \(path)`"])
                )
            }
            return ProjectAppups(FilePath(path), files: files)
        case nil:
            return files.isFolder(Self.standard) ? ProjectAppups(Self.standard, files: files) : nil
        }
    }
}
