package import HostFiles
package import ReleaseModel
import SystemPackage

/// What `src_tests` looks at: whether each module of an application has its object file and its source, and which of
/// the two is newer (`systools_make:check_mod/5`).
///
/// The object file lies beside the `.app` file. The source lies in `../src` or a folder below it, in `../src/e_src` or
/// a folder below that, or, if the folder of the `.app` file is not called `ebin`, in that folder itself; the first one
/// found counts. Times are compared in whole seconds, and a source is out of date only if it is newer.
package enum SourceComparison {
    /// The state of every module of the applications, for `ReleaseResolution.Options.moduleFiles`. What the host does
    /// not answer for is not there.
    package static func states(
        of applications: [Application], files: HostFileSystem
    ) -> [ModuleName: ReleaseResolution.ModuleFileState] {
        var states: [ModuleName: ReleaseResolution.ModuleFileState] = [:]
        for application in applications {
            let folder = FilePath(application.directory)
            let sources = self.sourceFolders(of: folder, files)
            for module in application.specification.modules where states[module] == nil {
                states[module] = self.state(of: module, in: folder, sources, files)
            }
        }
        return states
    }

    private static func state(
        of module: ModuleName, in folder: FilePath, _ sources: [FilePath], _ files: HostFileSystem
    ) -> ReleaseResolution.ModuleFileState {
        func seconds(_ path: FilePath) -> Int64? { (try? files.factsIfPresent(of: path))?.modified.seconds }
        guard let object = seconds(folder.appending("\(module.name).beam")) else { return .objectMissing }
        for folder in sources {
            guard let source = seconds(folder.appending("\(module.name).erl")) else { continue }
            return source > object ? .objectOutOfDate : .current
        }
        return .sourceNotFound
    }

    // MARK: - Folders of sources

    /// Where the sources of an application may lie, in the order in which systools looks.
    static func sourceFolders(of folder: FilePath, _ files: HostFileSystem) -> [FilePath] {
        guard folder.lastComponent?.string == "ebin" else { return [folder] }
        let source = folder.removingLastComponent().appending("src")
        return [source, source.appending("e_src")].flatMap { root -> [FilePath] in
            guard let facts = try? files.factsIfPresent(of: root), facts.kind == .folder else { return [] }
            guard !self.isPattern(root) else { return [root] }
            var below: [FilePath] = []
            self.addFolders(in: root, around: [facts], to: &below, files)
            let sorted = below.map { (key: $0.bytes, path: $0) }
                .sorted { $0.key.lexicographicallyPrecedes($1.key) }
            return [root] + sorted.map(\.path)
        }
    }

    /// How deep sources are looked for: more than any file system's longest path needs.
    private static let depthLimit = 64

    /// Adds the folders in a folder and below them. Symbolic links are followed, but not around in circles.
    private static func addFolders(
        in folder: FilePath, around: [HostFileFacts], to found: inout [FilePath], _ files: HostFileSystem
    ) {
        guard around.count <= self.depthLimit, let entries = try? files.entries(of: folder) else { return }
        for entry in entries where entry.kind == .folder || entry.kind == .symbolicLink {
            let path = folder.appending(entry.name)
            guard let facts = try? files.factsIfPresent(of: path), facts.kind == .folder,
                !around.contains(where: { $0.isSameFile(as: facts) })
            else { continue }
            found.append(path)
            self.addFolders(in: path, around: around + [facts], to: &found, files)
        }
    }

    /// systools looks for the folders with `filelib:wildcard/1`, for which a path with these characters names other
    /// folders; it finds none below such a one.
    private static func isPattern(_ path: FilePath) -> Bool {
        let bytes = Set(path.bytes)
        func has(_ character: Unicode.Scalar) -> Bool { bytes.contains(UInt8(ascii: character)) }
        return has("\\") || (has("[") && has("]")) || (has("{") && has("}"))
    }
}
