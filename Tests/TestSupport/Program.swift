import Subprocess
package import SystemPackage

/// The built program, run as a user runs it.
package enum Program {
    /// `relift` of the build that the tests belong to.
    package static var path: FilePath { Repository.root.appending(".build/debug/relift") }

    package struct Run: Sendable {
        package let status: Int
        package let output: String
        package let errors: String
    }

    /// Runs the program; `environment` is added to that of the test.
    package static func run(
        _ arguments: [String], in folder: FilePath? = nil, environment: [String: String] = [:]
    ) async throws -> Run {
        try await self.run(
            self.path.string, arguments, in: folder, environment: ["CI": "1"].merging(environment) { $1 })
    }

    /// Runs any program.
    package static func run(
        _ program: String, _ arguments: [String], in folder: FilePath? = nil, environment: [String: String] = [:]
    ) async throws -> Run {
        let added = Dictionary(
            uniqueKeysWithValues: environment.map { (Subprocess.Environment.Key(stringLiteral: $0.key), $0.value) })
        let result = try await Subprocess.run(
            program.contains("/") ? .path(FilePath(program)) : .name(program), arguments: Arguments(arguments),
            environment: .inherit.updating(added), workingDirectory: folder, output: .string(limit: 64 << 20),
            error: .string(limit: 16 << 20))
        let status: Int =
            switch result.terminationStatus {
            case .exited(let code): Int(code)
            case .signaled(let signal): 128 + Int(signal)
            }
        return Run(status: status, output: result.standardOutput, errors: result.standardError)
    }
}
