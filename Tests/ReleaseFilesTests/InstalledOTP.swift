import Subprocess
import SystemPackage
import TestSupport

/// The files of the OTP installation of this machine.
enum InstalledOTP {
    /// All files whose names match one of the patterns, sorted.
    static func files(named patterns: [String]) async throws -> [FilePath] {
        guard let root = OTP.root else { return [] }
        let names = patterns.flatMap { ["-o", "-name", $0] }.dropFirst()
        let found = try await run(
            .name("find"),
            arguments: Arguments([root.string + "/lib", root.string + "/releases", "-type", "f", "("] + names + [")"]),
            output: .string(limit: 1 << 20))
        return found.standardOutput.split(separator: "\n").map(String.init).sorted().map { FilePath($0) }
    }
}
