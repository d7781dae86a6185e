package import HostFiles
package import ReleaseLoading
import ReleaseModel
package import SystemPackage

extension ReleaseTree {
    /// The files of an assembled release that belong to it: its applications in start order, the records and its own
    /// folder of `releases/`, its runtime system and `bin`; not what a running node left, nor other versions.
    package init(assembled release: LoadedRelease, in root: FilePath, _ files: HostFileSystem) throws(HostFileError) {
        self.init()
        let version = release.release.version.text
        for application in release.release.applicationsInStartOrder {
            try self.add(folder: ApplicationFiles.folder(of: application.application), in: root, files)
        }
        let releases = FilePath("releases")
        for name in [
            "\(release.resourcePath.stem ?? "release")-\(version).rel", "RELEASES", "start_erl.data", "COOKIE",
        ]
        where files.isFile(root.pushing(releases).appending(name)) {
            let path = releases.appending(name)
            self.add(Entry(path, .file(root.pushing(path))))
        }
        try self.add(folder: releases.appending(version), in: root, files, without: Self.isRendered)
        try self.add(folder: FilePath("erts-\(release.release.resource.runtime)"), in: root, files)
        try self.add(folder: "bin", in: root, files)
    }

    /// Whether a file of `releases/VSN` is what a start made of its template beside it (`sys.config.src`, `vm.args.src`): it
    /// is this host's alone and may hold secrets.
    private static func isRendered(_ path: FilePath, among paths: Set<FilePath>) -> Bool {
        guard path.components.count == 3, let name = path.lastComponent?.string else { return false }
        let template = path.removingLastComponent()
        return ["sys.config", "vm.args"].contains { file in
            (name == file || name == "\(file).new") && paths.contains(template.appending("\(file).src"))
        }
    }

    private mutating func add(
        folder: FilePath, in root: FilePath, _ files: HostFileSystem,
        without isLeftOut: (FilePath, Set<FilePath>) -> Bool = { _, _ in false }
    ) throws(HostFileError) {
        let source = root.pushing(folder)
        guard files.isFolder(source) else { return }
        let entries = try FolderFiles.entries(source, as: folder, files: files)
        let paths = Set(entries.map(\.path))
        self.add(entries.filter { !isLeftOut($0.path, paths) })
    }
}
