package import Archives
package import Diagnostics
package import ErlangTerms
import HostFiles
import SystemPackage

/// Why a tarball cannot be made: what systools answers, and the same for people.
package struct TarballFailure: Error, Hashable, Sendable {
    /// `Reason` of `{error, systools_make, Reason}`.
    package var otpReason: Term
    /// At least one of error severity.
    package var diagnostics: [Diagnostic]
    /// Whether the host refused an operation; else the input is not acceptable.
    package var isFailedOperation: Bool

    package init(otpReason: Term, diagnostics: [Diagnostic], isFailedOperation: Bool = false) {
        self.otpReason = otpReason
        self.diagnostics = diagnostics
        self.isFailedOperation = isFailedOperation
    }

    /// A file could not be added: `{tar_error, {add, From, {From, Posix}}}`.
    init(adding path: FilePath, _ error: HostFileError) {
        self.init(
            otpReason: .tuple(.atom("tar_error"), Self.add(path.string, error.reason.posixName)),
            diagnostics: [error.diagnostic], isFailedOperation: !error.isMissing)
    }

    /// The tarball could not be written.
    package init(writing destination: String, _ error: ArchiveError) {
        self.init(
            otpReason: .tuple(
                .atom("tar_error"),
                .tuple(.atom("add"), .string(destination), .tuple(.string(destination), .atom(Atom(error.posixName))))),
            diagnostics: [error.diagnostic], isFailedOperation: true)
    }

    /// `{add, From, {From, Posix}}`.
    static func add(_ path: String, _ posixName: String) -> Term {
        .tuple(.atom("add"), .string(path), .tuple(.string(path), .atom(Atom(posixName))))
    }
}
