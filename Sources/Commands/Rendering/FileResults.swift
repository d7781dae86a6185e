import Diagnostics
import HostFiles
import SystemPackage

/// Files that a command made: written whole or not at all, then told to the user.
struct FileResults {
    let files: [(path: FilePath, bytes: [UInt8])]
    let dryRun: Bool

    /// Writes the files and reports them; `failed` with a finding when the host refuses.
    func write(_ host: HostFileSystem, _ console: Console) -> ExitStatus {
        do {
            for file in self.files where !self.dryRun {
                let folder = file.path.removingLastComponent()
                try host.makeFolders(folder)
                try host.replaceFile(file.path, with: file.bytes)
            }
        } catch {
            console.report([error.diagnostic])
            return .failed
        }
        switch console.format {
        case .text:
            let verb = self.dryRun ? "would write" : "wrote"
            for file in self.files { console.result("\(verb) \(file.path)\n") }
        case .json:
            let paths = self.files.map { JSONValue.string($0.path.string) }
            console.result(
                JSONValue.object([
                    ("schemaVersion", .integer(1)), ("dryRun", .boolean(self.dryRun)), ("files", .array(paths)),
                ]).text + "\n")
        }
        return .done
    }
}
