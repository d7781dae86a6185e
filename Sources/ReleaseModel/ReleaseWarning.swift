package import ErlangTerms

/// Something about a valid release that deserves attention.
package enum ReleaseWarning: Hashable, Sendable {
    /// `sasl` is not listed, so the release can never be upgraded in a running system.
    case missingSasl
    /// With `src_tests`: a module whose source lies nowhere near.
    case sourceNotFound(ModuleName, ApplicationOrigin)
    /// With `src_tests`: a module whose source is newer than its object file.
    case objectOutOfDate(ModuleName, ApplicationOrigin)
    /// With `exref`: functions that are called and that no module has.
    case undefinedFunctions([ModuleFacts.ImportedFunction])
    /// An application is listed twice. systools says nothing.
    case listedTwice(ApplicationName)
    /// An application is started although one that it uses never is. systools says nothing.
    case dependencyNotStarted(ApplicationOrigin, dependency: ApplicationName, StartType)
    /// Modules that an `.app` file lists, in its order, have no object file beside it. systools does not look.
    case objectFilesMissing([ModuleName], ApplicationOrigin)

    /// `W` of systools' `{warning, W}`; nil for what systools does not see.
    package var otpWarning: Term? {
        switch self {
        case .missingSasl:
            .atom("missing_sasl")
        case .sourceNotFound(let module, let application):
            .tuple(.atom("source_not_found"), Self.triple(module, application))
        case .objectOutOfDate(let module, let application):
            .tuple(.atom("obj_out_of_date"), Self.triple(module, application))
        case .undefinedFunctions(let functions):
            .tuple(
                .atom("exref_undef"),
                .list(functions.map { .tuple(.atom($0.module), .atom($0.function), .integer($0.arity)) }))
        case .listedTwice, .dependencyNotStarted, .objectFilesMissing:
            nil
        }
    }

    private static func triple(_ module: ModuleName, _ application: ApplicationOrigin) -> Term {
        .tuple(.atom(module.atom), .atom(application.name.atom), .string(application.directory))
    }
}
