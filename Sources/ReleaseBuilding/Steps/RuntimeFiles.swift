package import HostFiles
package import ReleaseModel
package import SystemPackage

/// The files of the Erlang runtime system, under `erts-VSN/bin/`.
package enum RuntimeFiles {
    /// Programs for developing rather than running, which `systools:make_tar` leaves out as well.
    package static let developmentPrograms: Set<String> = ["typer", "dialyzer", "ct_run", "yielding_c_fun", "erlc"]

    /// The programs of `folder/erts-VSN/bin`.
    package static func entries(
        of version: RuntimeVersion, in folder: FilePath, all: Bool = false, files: HostFileSystem
    ) throws(HostFileError) -> [ReleaseTree.Entry] {
        let bin = FilePath("erts-\(version.text)").appending("bin")
        let entries = try FolderFiles.entries(folder.pushing(bin), as: bin, files: files)
        return entries.filter { entry in
            all || !self.developmentPrograms.contains(entry.path.lastComponent?.string ?? "")
        }
    }
}
