import Subprocess
package import SystemPackage

/// Calls `body` with a new empty folder, and removes it afterwards, whatever happened.
package func withTemporaryFolder<Result>(_ body: (FilePath) async throws -> Result) async throws -> Result {
    let made = try await run(
        .name("mktemp"), arguments: ["-d", "-t", "relift-test-XXXXXXXXXX"], output: .string(limit: 4096))
    let path = FilePath(String(made.standardOutput.prefix { $0 != "\n" }))
    do {
        let result = try await body(path)
        try await removeTree(path)
        return result
    } catch {
        try await removeTree(path)
        throw error
    }
}

/// Removes a folder with the system's `rm`, so that clean-up does not depend on the code under test.
package func removeTree(_ path: FilePath) async throws {
    _ = try await run(.name("rm"), arguments: ["-rf", path.string], output: .discarded)
}
