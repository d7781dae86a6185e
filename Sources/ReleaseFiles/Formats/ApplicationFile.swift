package import Diagnostics
package import ErlangTerms
package import ReleaseModel

/// The application resource file, `NAME.app` (`app(4)`): `{application, Name, [{Key, Value}]}`.
///
/// The keys of ``ApplicationSpecification`` are read and checked; any other key is the application's own affair, and is
/// not kept, as in OTP.
package enum ApplicationFile {
    /// `target` is the OTP whose rules count: since OTP 26 no list may name anything twice.
    package static func read(
        _ source: SourceFile, _ diagnostics: inout [Diagnostic], rule: ReadingRule = .firstTerm,
        target: OTPRelease = .newest
    ) -> ApplicationSpecification? {
        TermFileReader.read(source, rule: rule, kind: "an application resource file", &diagnostics) {
            Self.reading($0, in: source, target: target)
        }
    }

    /// Checks a term in systools' order; the problems' reasons are what `{error_reading, {App, Reason}}` would hold.
    package static func reading(
        _ term: LocatedTerm, in source: SourceFile, target: OTPRelease = .newest
    ) -> Reading<ApplicationSpecification> {
        var reader = ApplicationReader(source, term, target: target)
        let specification = reader.specification()
        return reader.findings.reading(specification)
    }

    /// Keys in OTP's customary order; those with default values are left out.
    package static func term(_ specification: ApplicationSpecification) -> Term {
        func names(_ names: [ApplicationName]) -> Term { .list(names.map { .atom($0.atom) }) }
        var properties: [Term] = []
        func add(_ key: String, _ value: Term, if condition: Bool = true) {
            if condition { properties.append(.tuple(.atom(key), value)) }
        }
        add("description", .string(specification.description))
        add("vsn", .string(specification.version.text))
        add("id", .string(specification.id), if: !specification.id.isEmpty)
        add("modules", .list(specification.modules.map { .atom($0.atom) }))
        add("registered", .list(specification.registered.map { .atom($0) }))
        add("applications", names(specification.applications))
        let (optional, included) = (specification.optionalApplications, specification.includedApplications)
        add("optional_applications", names(optional), if: !optional.isEmpty)
        add("included_applications", names(included), if: !included.isEmpty)
        add("env", .list(specification.environment), if: !specification.environment.isEmpty)
        add("maxT", specification.maximumTime.term, if: specification.maximumTime != .infinity)
        add("maxP", specification.maximumProcesses.term, if: specification.maximumProcesses != .infinity)
        if let phases = specification.startPhases { add("start_phases", .list(phases)) }
        if let callback = specification.callback { add("mod", callback.term) }
        let dependencies = specification.runtimeDependencies
        add("runtime_dependencies", .list(dependencies.map { .string($0) }), if: !dependencies.isEmpty)
        return .tuple(.atom("application"), .atom(specification.name.atom), .list(properties))
    }

    /// The bytes of the file: a line that tells the encoding, then the term, readably.
    package static func write(_ specification: ApplicationSpecification) -> [UInt8] {
        TermPrinter.file([self.term(specification)])
    }
}
