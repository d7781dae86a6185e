package import Diagnostics
package import ErlangTerms
import HostFiles
import ReleaseModel
import SystemPackage

/// A cross reference could not be made: a folder or a module in it cannot be read, or stands there twice.
package struct CrossReferenceError: Error, Hashable, Sendable {
    package let diagnostic: Diagnostic
    /// What xref answers: `{error, Module, Reason}`.
    package let otpError: Term
    /// Whether systools crashes with it, as it does where a folder of the search path cannot be listed.
    let isCrash: Bool

    /// The `Reason` of `{error, systools_make, Reason}`; errors of `src_tests` stand before it in the list of `modules`.
    package var otpReason: Term {
        self.isCrash
            ? .tuple(
                .atom("EXIT"), .tuple(.tuple(.atom("badmatch"), self.otpError), .emptyList))
            : .tuple(.atom("modules"), .list([self.otpElement]))
    }

    /// What systools adds to the list of `modules`: `{error, {error, Module, Reason}}`.
    package var otpElement: Term { .tuple(.atom("error"), self.otpError) }

    private init(_ diagnostic: Diagnostic, _ module: Atom, _ reason: [Term], isCrash: Bool = false) {
        self.diagnostic = diagnostic
        self.otpError = .tuple(.atom("error"), .atom(module), .tuple(reason))
        self.isCrash = isCrash
    }

    // MARK: - What goes wrong

    /// A file or folder of an application that cannot be looked at.
    static func unreadable(_ error: HostFileError) -> Self {
        Self(error.diagnostic, "xref_utils", [.atom("file_error"), .string(error.path.string), error.posix])
    }

    /// A folder of the search path that cannot be listed.
    static func unreadableLibrary(_ error: HostFileError) -> Self {
        Self(
            error.diagnostic, "xref_utils", [.atom("file_error"), .string(error.path.string), error.posix],
            isCrash: true)
    }

    /// Neither a file nor a folder under the name of a module.
    static func notAFile(_ path: String) -> Self {
        Self(
            Diagnostic(
                .crossReferenceNotAFile, .error, "`\(path)` is not a file", at: .file(path),
                explanation: "Every `.beam` file beside an `.app` file is read for the cross reference.",
                help: ["remove it"]), "xref_utils", [.atom("unrecognized_file"), .string(path)])
    }

    /// A folder that xref does not take for a file name.
    static func invalidName(_ folder: String) -> Self {
        Self(
            Diagnostic(
                .crossReferenceInvalidName, .error, "the name of a folder has control characters",
                at: .file(folder), explanation: "OTP's cross reference refuses it.", help: ["rename the folder"]),
            "xref_base", [.atom("invalid_filename"), .string(folder)])
    }

    /// One application in two folders.
    static func applicationTwice(_ name: ApplicationName, _ folder: String, after first: String) -> Self {
        Self(
            Diagnostic(
                .crossReferenceApplicationTwice, .error, "`\(name)` is listed in two versions", at: .file(folder),
                explanation: "A cross reference holds one version of an application.",
                notes: [Diagnostic.Note("the first one lies in `\(first)`", at: .file(first))],
                help: ["remove one of them from the release"], application: name.name),
            "xref_base",
            [.atom("application_clash"), .tuple(.atom(name.atom), .string(folder), .string(first))])
    }

    /// One module in two files of applications, whether or not the `.app` files list them.
    static func moduleTwice(_ module: Atom, _ file: String, after first: String) -> Self {
        Self(
            Diagnostic(
                .crossReferenceModuleTwice, .error, "module `\(module)` stands in two files", at: .file(file),
                explanation: "Every `.beam` file beside an `.app` file is read for the cross reference, also those "
                    + "that the `.app` file does not list.",
                notes: [Diagnostic.Note("the first one", at: .file(first))],
                help: ["remove the one that is left over from another build"], module: module.name),
            "xref_base", [.atom("module_clash"), .tuple(.atom(module), .string(first), .string(file))])
    }

    /// A file that is no module, or lacks a part; `reason` is `beam_lib`'s.
    static func unreadableModule(_ diagnostic: Diagnostic, _ reason: [Term]) -> Self {
        Self(diagnostic, "beam_lib", reason)
    }
}

extension Diagnostic.ID {
    package static let crossReferenceNotAFile = Self("cross-reference/not-a-file")
    package static let crossReferenceInvalidName = Self("cross-reference/invalid-name")
    package static let crossReferenceApplicationTwice = Self("cross-reference/application-twice")
    package static let crossReferenceModuleTwice = Self("cross-reference/module-twice")
    package static let crossReferenceStripped = Self("cross-reference/stripped-module")
    package static let crossReferenceSkipped = Self("cross-reference/module-skipped")
}

extension HostFileError {
    /// The atom that Erlang's `file` module answers.
    var posix: Term {
        switch self.errno {
        case .noSuchFileOrDirectory: .atom("enoent")
        case .permissionDenied: .atom("eacces")
        case .notPermitted: .atom("eperm")
        case .notDirectory: .atom("enotdir")
        case .isDirectory: .atom("eisdir")
        case .tooManySymbolicLinkLevels: .atom("eloop")
        case .tooManyOpenFiles: .atom("emfile")
        case .fileNameTooLong: .atom("enametoolong")
        default: .atom("eio")
        }
    }
}
