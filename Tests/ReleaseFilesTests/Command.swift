import Subprocess
import SystemPackage

/// Runs a program for its exit status.
enum Command {
    static func succeeds(_ words: [String], in folder: FilePath) async -> Bool {
        guard let name = words.first else { return false }
        let result = try? await run(
            .name(name), arguments: Arguments(Array(words.dropFirst())),
            environment: .inherit.updating(["ERL_CRASH_DUMP_SECONDS": "0"]), workingDirectory: folder,
            output: .discarded,
            error: .discarded)
        return result?.terminationStatus.isSuccess ?? false
    }
}
