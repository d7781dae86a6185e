package import Diagnostics
package import ErlangTerms
package import ReleaseModel

/// Why no relup can be planned.
package enum RelupProblem: Error, Sendable {
    /// A release without sasl has no release handler that could apply a script.
    case missingSasl(Release)
    /// An application changes its version, and its appup is missing, unreadable or not an appup. `readResult` is what
    /// OTP's reader answers; nil when the file does not exist. The findings say what is wrong with it.
    case unusableAppup(ApplicationName, file: String, readResult: Term?, [Diagnostic])
    /// The appup of the application has no entry for the other release's version.
    case noEntry(ResolvedApplication, base: ApplicationVersion, UpgradeMode, known: [Appup.Key])
    /// A pattern before the fitting entry cannot be used; OTP raises `badarg` where it is malformed.
    case unusableKey(ApplicationName, AppupKeyProblem, UpgradeMode, at: Diagnostic.Place)
    /// The scripts do not fit together, or do not fit the releases.
    case translation(TranslationFailure, UpgradeMode, base: ReleaseResource)
    case warningsTreatedAsErrors([RelupWarning])

    /// The module in OTP's `{error, Module, Reason}`.
    package var otpModule: Atom {
        switch self {
        case .translation: "systools_rc"
        case .missingSasl, .unusableAppup, .noEntry, .unusableKey, .warningsTreatedAsErrors: "systools_relup"
        }
    }

    /// Whether OTP raises an error to its caller instead of returning one.
    package var raisesInOTP: Bool {
        switch self {
        case .unusableKey: true
        case .translation(let failure, _, _): failure.raisesInOTP
        case .missingSasl, .unusableAppup, .noEntry, .warningsTreatedAsErrors: false
        }
    }

    /// Whether OTP might well find an answer where this program does not: it does not understand a pattern, or gave up.
    package var isOurLimit: Bool {
        guard case .unusableKey(_, let key, _, _) = self else { return false }
        switch key.problem {
        case .malformed: return false
        case .unsupported, .tooExpensive: return true
        }
    }

    /// The reason in OTP's `{error, Module, Reason}`; where OTP raises, the class of the error.
    package var otpReason: Term {
        switch self {
        case .missingSasl(let release): return .tuple(.atom("missing_sasl"), release.resource.otpRecord)
        case .unusableAppup(_, let file, let readResult, _):
            let missing = Term.tuple(
                .atom("error"), .tuple(.atom("open"), .string(file), .atom("enoent")))
            return .tuple(.atom("file_problem"), .tuple(.string(file), readResult ?? missing))
        case .noEntry(let application, let base, _, _):
            return .tuple(
                .atom("no_relup"), .string(application.application.appupFile), application.otpRecord,
                .string(base.text))
        case .unusableKey: return .atom("badarg")
        case .translation(let failure, _, _): return failure.otpReason
        case .warningsTreatedAsErrors(let warnings):
            return .tuple(.atom("warnings_treated_as_errors"), .list(warnings.map(\.otpTerm)))
        }
    }
}

/// What OTP warns of when it makes a relup.
package enum RelupWarning: Hashable, Sendable {
    /// The appup says that it is for another version than the `.app` file has.
    case otherVersionInAppup(ApplicationName, String, Appup.Key, ApplicationVersion)
    /// The releases have different runtime systems, so the node restarts.
    case runtimeChanged(UpgradeMode, top: ReleaseResource, base: ReleaseResource)
    /// The release to come from has a release handler from before R15.
    case oldSasl(base: ReleaseResource, sasl: ApplicationVersion)

    /// OTP's term, as in the list of `{ok, Relup, systools_relup, Warnings}`.
    package var otpTerm: Term {
        switch self {
        case .otherVersionInAppup(_, _, let inAppup, let inApplication):
            .tuple(.atom("bad_vsn"), .tuple(inAppup.term, .string(inApplication.text)))
        case .runtimeChanged(_, let top, let base):
            .tuple(.atom("erts_vsn_changed"), .tuple(Self.pair(top), Self.pair(base)))
        case .oldSasl: .atom("pre_R15_emulator_upgrade")
        }
    }

    private static func pair(_ resource: ReleaseResource) -> Term {
        .tuple(.string(resource.name.text), .string(resource.runtime.text))
    }
}

extension ReleaseResource {
    /// The record `#release{}` of systools, as its errors show it.
    var otpRecord: Term {
        let applications = self.applications.map { entry in
            Term.tuple(.atom(entry.name.atom), .string(entry.version.text), .atom(entry.type.atom))
        }
        let inclusions = self.applications.compactMap { entry in
            entry.included.map { names in
                Term.tuple(.atom(entry.name.atom), .list(names.map { .atom($0.atom) }))
            }
        }
        return .tuple(
            .atom("release"), .string(self.name.text), .string(self.version.text), .string(self.runtime.text),
            .list(applications), .list(inclusions))
    }
}

extension ResolvedApplication {
    /// The record `#application{}` of systools, as its errors show it.
    var otpRecord: Term {
        let specification = self.specification
        func names(_ names: [ApplicationName]) -> Term { .list(names.map { .atom($0.atom) }) }
        func limit(_ limit: ApplicationSpecification.Limit) -> Term {
            switch limit {
            case .infinity: .atom("infinity")
            case .value(let value): .integer(value)
            }
        }
        let callback = specification.callback.map { Term.tuple(.atom($0.module.atom), $0.arguments) }
        return .tuple(
            .atom("application"), .atom(self.name.atom), .atom(self.type.atom), .string(self.version.text),
            .string(specification.id), .string(specification.description),
            .list(specification.modules.map { .atom($0.atom) }), names(self.uses),
            names(specification.optionalApplications), names(self.includes),
            .list(specification.registered.map(Term.atom)), .list(specification.environment),
            limit(specification.maximumTime), limit(specification.maximumProcesses), callback ?? .emptyList,
            specification.startPhases.map(Term.list) ?? .atom("undefined"),
            .string(self.application.directory))
    }
}
