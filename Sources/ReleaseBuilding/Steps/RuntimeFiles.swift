package import HostFiles
package import ReleaseModel
package import SystemPackage
import Templates

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

    /// The same for a release that runs wherever it lies: its `erl` finds the root by itself, as with relx.
    static func movableEntries(
        of version: RuntimeVersion, in folder: FilePath, files: HostFileSystem
    ) throws(HostFileError) -> [ReleaseTree.Entry] {
        try self.entries(of: version, in: folder, files: files).map { entry in
            guard entry.path.lastComponent?.string == "erl" else { return entry }
            let script = Templates.runtimeScript
            return ReleaseTree.Entry(entry.path, .bytes(Array(script.text.utf8)), isExecutable: script.isExecutable)
        }
    }
}
