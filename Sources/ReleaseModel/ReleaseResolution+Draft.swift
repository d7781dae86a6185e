import ErlangTerms

extension ReleaseResolution {
    /// The applications of a release between reading and resolution, in the order of the `.rel` file.
    struct Draft {
        struct Member {
            let entry: ReleaseResource.Entry
            let application: Application
            var uses: [ApplicationName]
            var includes: [ApplicationName]

            init(entry: ReleaseResource.Entry, application: Application, includes: [ApplicationName]) {
                self.entry = entry
                self.application = application
                self.uses = application.specification.applications
                self.includes = includes
            }

            var name: ApplicationName { self.application.name }
            var origin: ApplicationOrigin { ApplicationOrigin(self.application) }
            var specification: ApplicationSpecification { self.application.specification }
        }

        var applications: [Member]

        // MARK: - Checks

        func checkThatUsedApplicationsAreListed() throws(ReleaseProblem) {
            let listed = Set(self.applications.map(\.name))
            var missing: [ReleaseProblem.UndefinedApplication] = []
            for member in self.applications {
                let needed = member.uses.removing(member.specification.optionalApplications)
                for (names, relation) in [
                    (needed, ReleaseProblem.UndefinedApplication.Relation.uses), (member.includes, .includes),
                ] {
                    missing += names.filter { !listed.contains($0) }.map {
                        .init(name: $0, neededBy: member.origin, relation: relation)
                    }
                }
            }
            guard missing.isEmpty else { throw .undefinedApplications(missing) }
        }

        func checkRegisteredNames() throws(ReleaseProblem) {
            let clashes = self.clashes(\.specification.registered)
            guard clashes.isEmpty else { throw .registeredNameClashes(clashes) }
        }

        func checkModules() throws(ReleaseProblem) {
            let clashes = self.clashes(\.specification.modules)
            guard clashes.isEmpty else { throw .moduleClashes(clashes) }
        }

        /// Pairs of neighbours that claim one thing, in systools' order: the things sorted, the last pair first.
        func clashes<Subject: Hashable & Comparable>(
            _ claims: (Member) -> [Subject]
        ) -> [ReleaseProblem.Clash<Subject>] {
            var claimants: [Subject: [ApplicationOrigin]] = [:]
            for member in self.applications {
                let origin = member.origin
                for subject in claims(member) { claimants[subject, default: []].append(origin) }
            }
            return claimants.filter { $0.value.count > 1 }.sorted { $0.key < $1.key }
                .flatMap { subject, origins in
                    zip(origins, origins.dropFirst()).map { .init(subject: subject, first: $0, second: $1) }
                }
                .reversed()
        }

        /// What `src_tests` and `exref` say.
        func checkModuleFiles(_ options: Options) throws(ReleaseProblem) -> [ReleaseWarning] {
            var warnings: [ReleaseWarning] = []
            var missing: [ReleaseProblem.MissingObjectFile] = []
            if let files = options.moduleFiles {
                for member in self.applications {
                    for module in member.specification.modules {
                        switch files[module] ?? .objectMissing {
                        case .current: break
                        case .objectMissing: missing.append(.init(module: module, application: member.origin))
                        case .sourceNotFound: warnings.append(.sourceNotFound(module, member.origin))
                        case .objectOutOfDate: warnings.append(.objectOutOfDate(module, member.origin))
                        }
                    }
                }
            }
            switch options.undefinedFunctions {
            case .failure(let failure): throw .crossReferenceFailed(missing, failure)
            case .success(let functions):
                guard missing.isEmpty else { throw .missingObjectFiles(missing) }
                if !functions.isEmpty { warnings.append(.undefinedFunctions(functions)) }
                return warnings
            }
        }

        /// What systools lets pass without a word.
        func ownWarnings() -> [ReleaseWarning] {
            var seen: Set<ApplicationName> = []
            var repeated: [ApplicationName] = []
            for member in self.applications where !seen.insert(member.name).inserted { repeated.append(member.name) }
            var warnings = repeated.withoutRepetitions().map { ReleaseWarning.listedTwice($0) }

            let included = Set(self.applications.flatMap(\.includes))
            let idle = self.applications.filter { !$0.entry.type.isStarted && !included.contains($0.name) }
            let idleTypes = Dictionary(idle.map { ($0.name, $0.entry.type) }, uniquingKeysWith: { first, _ in first })
            for member in self.applications where member.entry.type.isStarted {
                let optional = member.specification.optionalApplications
                for used in member.uses where !optional.contains(used) {
                    guard let type = idleTypes[used] else { continue }
                    warnings.append(.dependencyNotStarted(member.origin, dependency: used, type))
                }
            }
            return warnings
        }
    }
}

extension StartType {
    /// Whether the boot script starts an application of this type.
    package var isStarted: Bool {
        switch self {
        case .permanent, .transient, .temporary: true
        case .load, .none: false
        }
    }
}

extension Array where Element: Hashable {
    /// Without the first occurrence of each of `others`, as `--` does it.
    func removing(_ others: [Element]) -> [Element] {
        if others.isEmpty { return self }
        var counts = Dictionary(others.map { ($0, 1) }, uniquingKeysWith: +)
        return self.filter { element in
            guard let count = counts[element], count > 0 else { return true }
            counts[element] = count - 1
            return false
        }
    }
}
