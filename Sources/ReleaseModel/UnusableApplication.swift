package import Diagnostics
package import ErlangTerms

/// An entry of a release for which no fitting application is there.
package enum UnusableApplication: Hashable, Sendable {
    /// No `.app` file, none in this version, or one that cannot be read.
    case unreadable(ApplicationName, ApplicationFailure)
    /// The `.app` file names another application or another version.
    case otherIdentity(ReleaseResource.Entry, found: ApplicationOrigin)
    /// The release includes applications that the application's own `included_applications` does not list.
    case inclusionNotListed(ReleaseResource.Entry, [ApplicationName], in: ApplicationOrigin)

    /// The element of the list that systools answers.
    package var otpReason: Term {
        switch self {
        case .unreadable(let name, let failure):
            .tuple(.atom("error_reading"), .tuple(.atom(name.atom), failure.otpReason))
        case .otherIdentity(let entry, let found):
            .tuple(.atom("bad_application_name"), .tuple(.atom(entry.name.atom), found.identityTerm))
        case .inclusionNotListed(let entry, let names, in: _):
            .tuple(
                .atom("error_reading"),
                .tuple(
                    .atom(entry.name.atom),
                    .tuple(.atom("override_include"), .list(names.map { .atom($0.atom) }))))
        }
    }
}

/// Why no application could be read for an entry of a release.
package struct ApplicationFailure: Error, Hashable, Sendable {
    /// `What` of systools' `{error_reading, {App, What}}`.
    package var otpReason: Term
    /// The same for people; at least one of error severity.
    package var diagnostics: [Diagnostic]

    package init(otpReason: Term, diagnostics: [Diagnostic]) {
        self.otpReason = otpReason
        self.diagnostics = diagnostics
    }
}

extension ApplicationFailure {
    /// No `.app` file of this name anywhere.
    package static func notFound(_ name: ApplicationName, searched: [String] = [], at place: Diagnostic.Place) -> Self {
        Self(
            otpReason: .tuple(.atom("not_found"), .string("\(name.name).app")),
            diagnostics: [
                Diagnostic(
                    .releaseApplicationNotFound, .error, "no application `\(name.name)` was found", at: place,
                    explanation: "None of the folders that were searched holds `\(name.name).app`.",
                    notes: searched.map { Diagnostic.Note("searched here", at: .file($0)) },
                    help: [
                        "build the application, or name the folder it lies in with `--lib`",
                        "if the release does not need it, remove its entry",
                    ], application: name.name)
            ])
    }

    /// There are `.app` files of this name, but none with the wanted version; `found` is the first one.
    package static func noFittingVersion(
        _ name: ApplicationName, _ wanted: ApplicationVersion, found: [ApplicationOrigin],
        at place: Diagnostic.Place
    ) -> Self {
        let first = found.first ?? ApplicationOrigin(name: name, version: wanted, directory: "")
        return Self(
            otpReason: .tuple(
                .atom("no_valid_version"),
                .tuple(
                    .tuple(.string("should be"), .string(wanted.text)),
                    .tuple(.string("found file"), .string(first.file), .string(first.version.text)))),
            diagnostics: [
                Diagnostic(
                    .releaseVersionNotFound, .error,
                    "version `\(wanted.text)` of `\(name.name)` was not found", at: place,
                    explanation: "An application fits only if its `.app` file has exactly the version of the release.",
                    notes: found.map { Diagnostic.Note("found version `\($0.version.text)`", at: .file($0.file)) },
                    help: [
                        "change the entry to `{\(name.name),\"\(first.version.text)\"}`,"
                            + " or name the folder of version `\(wanted.text)` with `--lib`"
                    ], application: name.name)
            ])
    }
}
