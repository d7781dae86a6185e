/// The way from a release as written to a valid ``Release``: what `systools_make:get_release` does, in its order.
///
/// Words:
/// - An application **uses** those in its `applications` and **includes** those in its `included_applications`; an
///   entry of the `.rel` file may narrow the latter. An included application is loaded, but started by the application
///   that includes it. An **optional** one is used if the release has it.
/// - The **top** of an application is the end of the chain "is included in": itself, if nobody includes it.
/// - The **start order** has every application behind those it uses or includes; where that leaves a choice, the order
///   of the `.rel` file decides.
///
/// Steps, each one on what the step before it made; the first check that fails ends the work with all it found:
/// 1. `kernel` and `stdlib` are there, and permanent;
/// 2. every entry has its application, in its version, and overrides inclusions only with listed ones;
/// 3. nothing undefined is used or included; 4. no registered name twice; 5. nothing included twice;
/// 6. uses are rewritten to tops and, like inclusions, put in the order of the `.rel` file;
/// 7. no module twice; 8. what the options add; 9. the start order.
package struct ReleaseResolution: Sendable {
    package let release: Release
    /// systools' warnings in its order, then those it does not know.
    package let warnings: [ReleaseWarning]

    /// Resolves against applications that were found beforehand, the preferred one of several first.
    package init(
        _ resource: ReleaseResource, applications: [Application], options: Options = Options(),
        places: ReleasePlaces = .unknown
    ) throws(ReleaseProblem) {
        let byName = Dictionary(grouping: applications, by: \.name)
        try self.init(resource, options: options) { entry in
            let found = byName[entry.name] ?? []
            if let fitting = found.first(where: { $0.version == entry.version }) { return .success(fitting) }
            let place = places.entry(entry.name)
            return .failure(
                found.isEmpty
                    ? .notFound(entry.name, at: place)
                    : .noFittingVersion(entry.name, entry.version, found: found.map { .init($0) }, at: place))
        }
    }

    /// Resolves with a lookup, which is asked once for each entry in the order of the `.rel` file.
    package init(
        _ resource: ReleaseResource, options: Options = Options(),
        lookup: (ReleaseResource.Entry) -> Result<Application, ApplicationFailure>
    ) throws(ReleaseProblem) {
        if let problem = resource.mandatoryProblem { throw problem }
        var draft = try Self.collect(resource, lookup)
        try draft.checkThatUsedApplicationsAreListed()
        try draft.checkRegisteredNames()
        try draft.resolveInclusions()
        draft.reorderByReleaseResource()
        try draft.checkModules()
        let fileWarnings = try draft.checkModuleFiles(options)

        var warnings: [ReleaseWarning] = []
        if options.warnsOfMissingSasl, !resource.applications.contains(where: { $0.name == .sasl }) {
            warnings.append(.missingSasl)
        }
        warnings += fileWarnings
        let order = try StartOrder.of(draft.applications)
        if options.treatsWarningsAsErrors, !warnings.isEmpty { throw .warningsTreatedAsErrors(warnings) }

        self.release = Release(
            resource: resource,
            applications: draft.applications.map { member in
                ResolvedApplication(
                    application: member.application, type: member.entry.type, uses: member.uses,
                    includes: member.includes)
            }, startOrder: order)
        self.warnings = warnings + draft.ownWarnings()
    }

    /// Finds each entry's application.
    private static func collect(
        _ resource: ReleaseResource, _ lookup: (ReleaseResource.Entry) -> Result<Application, ApplicationFailure>
    ) throws(ReleaseProblem) -> Draft {
        // systools looks overrides up by the name in the `.app` file and takes the first one.
        let overrides = Dictionary(
            resource.applications.compactMap { entry in entry.included.map { (entry.name, $0) } },
            uniquingKeysWith: { first, _ in first })
        var members: [Draft.Member] = []
        var problems: [UnusableApplication] = []
        for entry in resource.applications {
            switch lookup(entry) {
            case .failure(let failure):
                problems.append(.unreadable(entry.name, failure))
            case .success(let application):
                let listed = application.specification.includedApplications
                let includes = overrides[application.name] ?? listed
                let unlisted = includes.filter { !listed.contains($0) }
                if !unlisted.isEmpty {
                    problems.append(.inclusionNotListed(entry, unlisted, in: ApplicationOrigin(application)))
                } else if application.name != entry.name || application.version != entry.version {
                    problems.append(.otherIdentity(entry, found: ApplicationOrigin(application)))
                } else {
                    members.append(Draft.Member(entry: entry, application: application, includes: includes))
                }
            }
        }
        guard problems.isEmpty else { throw .unusableApplications(problems) }
        return Draft(applications: members)
    }
}

extension ReleaseResource {
    /// What is wrong with `kernel` and `stdlib`, which every release must start as permanent; the first entry of each
    /// counts.
    package var mandatoryProblem: ReleaseProblem? {
        for name in [ApplicationName.kernel, .stdlib] {
            guard let entry = self.applications.first(where: { $0.name == name }) else {
                return .missingMandatoryApplication(name)
            }
            if entry.type != .permanent { return .mandatoryApplicationNotPermanent(name, entry.type) }
        }
        return nil
    }
}
