import Subprocess
package import SystemPackage

/// The Erlang installation of this machine, as the oracle of the tests.
package enum OTP {
    /// The root folder of the installed OTP (`code:root_dir()`), or nil when there is none.
    package static let root: FilePath? = {
        for candidate: FilePath in ["/usr/lib/erlang", "/usr/local/lib/erlang", "/opt/erlang"]
        where (try? FileDescriptor.open(candidate.appending("lib"), .readOnly).close()) != nil {
            return candidate
        }
        return nil
    }()

    package static var isInstalled: Bool { self.root != nil }

    /// Runs an Erlang expression with `erl -noshell -eval` and returns what it wrote to standard output.
    ///
    /// The expression must not call `halt` itself. `arguments` reach `init:get_plain_arguments()`, `flags` the
    /// emulator.
    package static func evaluate(
        _ expression: String, arguments: [String] = [], flags: [String] = [], workingDirectory: FilePath? = nil
    ) async throws -> [UInt8] {
        let wrapped = """
            try begin \(expression) end, halt(0) catch C:R:S -> \
            io:format(standard_error, "~p:~p ~p~n", [C, R, S]), halt(1) end.
            """
        let result = try await run(
            .name("erl"),
            arguments: Arguments(["-noshell", "+S", "2"] + flags + ["-eval", wrapped, "-extra"] + arguments),
            workingDirectory: workingDirectory, output: .bytes(limit: 256 << 20), error: .string(limit: 1 << 20))
        guard result.terminationStatus.isSuccess else {
            throw OTPError(detail: result.standardError)
        }
        return result.standardOutput
    }
}

/// An Erlang expression of a test failed.
package struct OTPError: Error, CustomStringConvertible {
    package let detail: String
    package var description: String { "erl failed: \(self.detail)" }
}
