package import ErlangTerms

/// Why a release resource and the applications found for it do not make a release.
///
/// One case is one check of systools with everything that check found; what stands behind a failed check is not looked
/// at, as in systools. `otpReason` is the term systools would answer, ``diagnostics(_:)`` says the same to a person.
package enum ReleaseProblem: Error, Hashable, Sendable {
    /// `kernel` or `stdlib` is not listed.
    case missingMandatoryApplication(ApplicationName)
    /// `kernel` or `stdlib` is not started as `permanent`.
    case mandatoryApplicationNotPermanent(ApplicationName, StartType)
    /// Applications that were not found, could not be read, or are not what the release says; in its order.
    case unusableApplications([UnusableApplication])
    /// Applications that others need and the release lacks.
    case undefinedApplications([UndefinedApplication])
    case registeredNameClashes([Clash<Atom>])
    /// Applications that are included more than once.
    case inclusionClashes([Clash<ApplicationName>])
    /// Applications that include each other in a circle, or themselves. systools never answers here: it loops.
    case inclusionCycle([ApplicationOrigin])
    case moduleClashes([Clash<ModuleName>])
    /// Modules without an object file (only with `src_tests`).
    case missingObjectFiles([MissingObjectFile])
    /// The cross reference could not be made (only with `exref`); modules without an object file are told with it.
    case crossReferenceFailed([MissingObjectFile], CrossReferenceFailure)
    /// The start order could not be found: applications that wait for each other, and ones that the sort lost.
    case unsortable(circular: [ApplicationOrigin], lost: [UndefinedApplication])
    /// There were warnings, and they were asked to be errors.
    case warningsTreatedAsErrors([ReleaseWarning])

    /// Something that two applications claim, or one application twice.
    package struct Clash<Subject: Hashable & Sendable>: Hashable, Sendable {
        package var subject: Subject
        package var first: ApplicationOrigin
        package var second: ApplicationOrigin

        package init(subject: Subject, first: ApplicationOrigin, second: ApplicationOrigin) {
            self.subject = subject
            self.first = first
            self.second = second
        }
    }

    /// An application that another one needs in vain.
    package struct UndefinedApplication: Hashable, Sendable {
        package var name: ApplicationName
        package var neededBy: ApplicationOrigin
        package var relation: Relation

        package enum Relation: Hashable, Sendable {
            case uses, includes
            /// Listed twice among the uses; the sort finds it once and then misses it.
            case usesTwice

            /// The key of the `.app` file.
            package var key: Atom {
                switch self {
                case .uses, .usesTwice: "applications"
                case .includes: "included_applications"
                }
            }
        }

        package init(name: ApplicationName, neededBy: ApplicationOrigin, relation: Relation) {
            self.name = name
            self.neededBy = neededBy
            self.relation = relation
        }
    }

    /// A module that an `.app` file lists and that has no object file.
    package struct MissingObjectFile: Hashable, Sendable {
        package var module: ModuleName
        package var application: ApplicationOrigin

        package init(module: ModuleName, application: ApplicationOrigin) {
            self.module = module
            self.application = application
        }
    }
}

// MARK: - systools' answers

extension ReleaseProblem {
    /// The `Reason` of `{error, systools_make, Reason}`.
    package var otpReason: Term {
        switch self {
        case .missingMandatoryApplication(let name):
            return .tuple(.atom("missing_mandatory_app"), .atom(name.atom))
        case .mandatoryApplicationNotPermanent(let name, let type):
            return .tuple(.atom("mandatory_app"), .atom(name.atom), .atom(type.atom))
        case .unusableApplications(let problems):
            return .list(problems.reversed().map(\.otpReason))
        case .undefinedApplications(let missing):
            return .tuple(.atom("undefined_applications"), Self.names(of: missing))
        case .registeredNameClashes(let clashes):
            return .tuple(.atom("duplicate_register"), Self.pairs(clashes) { [.atom($0), $1, $2, $3] })
        case .inclusionClashes(let clashes):
            return .tuple(.atom("duplicate_include"), Self.pairs(clashes) { [.atom($0.atom), $1, $2, $3] })
        case .inclusionCycle(let applications):
            return Self.circular(applications)
        case .moduleClashes(let clashes):
            return .tuple(.atom("duplicate_modules"), Self.pairs(clashes) { [.atom($0.atom), $1, $3] })
        case .missingObjectFiles(let missing):
            return .tuple(.atom("modules"), .list(Self.errors(missing)))
        case .crossReferenceFailed(let missing, let failure):
            return failure.otpCrash
                ?? .tuple(.atom("modules"), .list(Self.errors(missing) + [failure.otpElement]))
        case .unsortable(let circular, let lost):
            let lostTerm = Term.tuple(.atom("undefined_applications"), Self.names(of: lost))
            if circular.isEmpty { return lostTerm }
            if lost.isEmpty { return Self.circular(circular) }
            return .tuple(.atom("apps"), .list([Self.circular(circular), lostTerm]))
        case .warningsTreatedAsErrors(let warnings):
            return .tuple(.atom("warnings_treated_as_errors"), .list(warnings.compactMap(\.otpWarning)))
        }
    }

    /// `{error, {{module_not_found, App, Module}, {Module, App, Dir}}}` for each.
    private static func errors(_ missing: [MissingObjectFile]) -> [Term] {
        missing.map { file in
            let (module, application) = (Term.atom(file.module.atom), Term.atom(file.application.name.atom))
            return Term.tuple(
                .atom("error"),
                .tuple(
                    .tuple(.atom("module_not_found"), application, module),
                    .tuple(module, application, .string(file.application.directory))))
        }
    }

    /// Each name once, where it stood first (`systools_make:make_set/1`).
    private static func names(of missing: [UndefinedApplication]) -> Term {
        .list(missing.map(\.name).withoutRepetitions().map { .atom($0.atom) })
    }

    private static func circular(_ applications: [ApplicationOrigin]) -> Term {
        .tuple(
            .atom("circular_dependencies"), .list(applications.map(\.identityTerm).withoutRepetitions()))
    }

    /// `[{First, Second}]`, each a tuple made of subject, application, version and folder.
    private static func pairs<Subject>(
        _ clashes: [Clash<Subject>], _ tuple: (Subject, Term, Term, Term) -> [Term]
    ) -> Term {
        .list(
            clashes.map { clash in
                let sides = [clash.first, clash.second].map { side in
                    Term.tuple(
                        tuple(
                            clash.subject, .atom(side.name.atom), .string(side.version.text),
                            .string(side.directory)))
                }
                return .tuple(sides)
            })
    }
}

extension Array where Element: Hashable {
    /// Each element once, where it stood first.
    func withoutRepetitions() -> [Element] {
        var seen: Set<Element> = []
        return self.filter { seen.insert($0).inserted }
    }
}
