import ArgumentParser
import SystemPackage

/// How a tarball and an installed release are read where an operator gives none of the options of a developer.
struct HostHopOptions {
    let libraries: LibraryOptions
    let appups: AppupOptions
    let behaviours: BehaviourOptions

    /// Applications come from the tarball and from the root; no project lies around.
    init(root: FilePath) throws {
        self.libraries = try LibraryOptions.parse(["--lib", root.appending("lib").string])
        self.appups = try AppupOptions.parse(["--appups", "none"])
        self.behaviours = try BehaviourOptions.parse([])
    }
}
