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
        try self.add(folder: releases.appending(version), in: root, files)
        try self.add(folder: FilePath("erts-\(release.release.resource.runtime)"), in: root, files)
        try self.add(folder: "bin", in: root, files)
    }

    private mutating func add(
        folder: FilePath, in root: FilePath, _ files: HostFileSystem
    ) throws(HostFileError) {
        let source = root.pushing(folder)
        guard files.isFolder(source) else { return }
        self.add(try FolderFiles.entries(source, as: folder, files: files))
    }
}
