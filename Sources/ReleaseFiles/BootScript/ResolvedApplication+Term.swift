package import ErlangTerms
package import ReleaseModel

extension ResolvedApplication {
    /// The specification as the boot script hands it to `application:load/1` (`systools_make:pack_app/1`): every key
    /// filled in, uses and inclusions as resolved.
    package var specificationTerm: Term {
        let specification = self.specification
        func entry(_ key: String, _ value: Term) -> Term { .tuple(.atom(key), value) }
        func names(_ names: [ApplicationName]) -> Term { .list(names.map { .atom($0.atom) }) }
        var properties = [
            entry("description", .string(specification.description)),
            entry("vsn", .string(specification.version.text)),
            entry("id", .string(specification.id)),
            entry("modules", .list(specification.modules.map { .atom($0.atom) })),
            entry("registered", .list(specification.registered.map { .atom($0) })),
            entry("applications", names(self.uses)),
            entry("optional_applications", names(specification.optionalApplications)),
            entry("included_applications", names(self.includes)),
            entry("env", .list(specification.environment)),
            entry("maxT", specification.maximumTime.term),
            entry("maxP", specification.maximumProcesses.term),
        ]
        if let phases = specification.startPhases { properties.append(entry("start_phases", .list(phases))) }
        if let callback = specification.callback { properties.append(entry("mod", callback.term)) }
        return .tuple(.atom("application"), .atom(specification.name.atom), .list(properties))
    }
}

extension ApplicationSpecification.Limit {
    /// As `maxT` and `maxP` write it.
    var term: Term {
        switch self {
        case .infinity: .atom("infinity")
        case .value(let value): .integer(value)
        }
    }
}

extension ApplicationSpecification.Callback {
    /// `{Module, Arguments}`.
    var term: Term { .tuple(.atom(self.module.atom), self.arguments) }
}
