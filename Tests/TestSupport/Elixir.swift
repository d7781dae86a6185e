package import SystemPackage

/// The Elixir installation of this machine.
package enum Elixir {
    /// The `elixirc` on the path of Debian's package or beside a local installation; nil where there is none.
    package static let compiler: FilePath? = {
        for candidate: FilePath in ["/usr/bin/elixirc", "/usr/local/bin/elixirc"]
        where (try? FileDescriptor.open(candidate, .readOnly).close()) != nil {
            return candidate
        }
        return nil
    }()

    /// Needs an OTP, too.
    package static var isInstalled: Bool { self.compiler != nil && OTP.isInstalled }

    /// Compiles a file into a folder, which must be there.
    package static func compile(_ source: FilePath, into folder: FilePath) async throws -> Program.Run {
        try await Program.run(
            self.compiler?.string ?? "elixirc", ["--ignore-module-conflict", "-o", folder.string, source.string])
    }
}
