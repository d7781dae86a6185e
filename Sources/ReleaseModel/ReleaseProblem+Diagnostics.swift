package import Diagnostics
import ErlangTerms

extension ReleaseProblem {
    /// What is wrong, for people: one finding a cause, each with a way out. The same problem as a warning that was
    /// asked to be an error has error severity.
    package func diagnostics(_ places: ReleasePlaces = .unknown) -> [Diagnostic] {
        switch self {
        case .missingMandatoryApplication(let name):
            [Self.missingMandatory(name, places)]
        case .mandatoryApplicationNotPermanent(let name, let type):
            [Self.notPermanent(name, type, places)]
        case .unusableApplications(let problems):
            problems.flatMap { $0.diagnostics(places) }
        case .undefinedApplications(let missing):
            Self.grouped(missing).map { Self.undefined($0, places) }
        case .registeredNameClashes(let clashes):
            clashes.map { Self.registeredName($0, places) }
        case .inclusionClashes(let clashes):
            clashes.map { Self.inclusion($0, places) }
        case .inclusionCycle(let applications):
            [Self.inclusionCycle(applications, places)]
        case .moduleClashes(let clashes):
            clashes.map { Self.module($0, places) }
        case .missingObjectFiles(let missing):
            missing.map { Self.objectFile($0, places) }
        case .crossReferenceFailed(let missing, let failure):
            missing.map { Self.objectFile($0, places) } + [failure.diagnostic]
        case .unsortable(let circular, let lost):
            (circular.isEmpty ? [] : [Self.circular(circular, places)])
                + Self.grouped(lost).map { Self.lost($0, places) }
        case .warningsTreatedAsErrors(let warnings):
            warnings.flatMap { $0.diagnostics(places) }.strict(true)
        }
    }

    /// One group for each missing name, in the order of first mention.
    private static func grouped(_ missing: [UndefinedApplication]) -> [[UndefinedApplication]] {
        let groups = Dictionary(grouping: missing.withoutRepetitions(), by: \.name)
        return missing.map(\.name).withoutRepetitions().compactMap { groups[$0] }
    }

    // MARK: - Mandatory applications

    private static func missingMandatory(_ name: ApplicationName, _ places: ReleasePlaces) -> Diagnostic {
        Diagnostic(
            .releaseMissingMandatoryApplication, .error, "the release lacks `\(name.name)`",
            at: places.resourcePlace, explanation: "No Erlang system starts without `kernel` and `stdlib`.",
            help: ["add `{\(name.name),\"VERSION\"}` to the applications of the release"], application: name.name)
    }

    private static func notPermanent(
        _ name: ApplicationName, _ type: StartType, _ places: ReleasePlaces
    ) -> Diagnostic {
        Diagnostic(
            .releaseMandatoryApplicationNotPermanent, .error,
            "`\(name.name)` has start type `\(type.rawValue)`, it must be `permanent`", at: places.entry(name),
            explanation: "The node cannot run on when `kernel` or `stdlib` has ended.",
            help: ["remove `\(type.rawValue)` from the entry; `permanent` is the default"], application: name.name)
    }

    // MARK: - Applications that others need

    private static func undefined(_ group: [UndefinedApplication], _ places: ReleasePlaces) -> Diagnostic {
        let first = group[0]
        let (name, user) = (first.name.name, first.neededBy.name.name)
        var help = ["add `{\(name),\"VERSION\"}` to the applications of the release"]
        switch first.relation {
        case .uses, .usesTwice:
            help.append("if `\(user)` can do without it, list it in `optional_applications` of `\(user).app` too")
        case .includes:
            help.append("if this release shall not have it, give the entry of `\(user)` a list of what to include")
        }
        return Diagnostic(
            .releaseUndefinedApplication, .error,
            "`\(user)` \(first.relation.verb) `\(name)`, which is not in the release",
            at: places.property(first.relation.key, of: first.neededBy, element: first.name.atom),
            explanation: "`\(user)` could not be started: what it depends on must be there before it.",
            notes: group.dropFirst().map { Self.needs($0, places) }, help: help, application: user)
    }

    private static func lost(_ group: [UndefinedApplication], _ places: ReleasePlaces) -> Diagnostic {
        let first = group[0]
        let (name, user) = (first.name.name, first.neededBy.name.name)
        if first.relation == .usesTwice {
            return Diagnostic(
                .releaseUsedTwice, .error, "`\(user)` lists `\(name)` twice",
                at: places.property("applications", of: first.neededBy, element: first.name.atom, occurrence: 1),
                explanation: "OTP before 26 then reports `\(name)` as undefined, although it is there.",
                help: ["remove one of the two from `\(first.neededBy.file)`"], application: user)
        }
        return Diagnostic(
            .releaseInclusionOrder, .error,
            "OTP cannot sort `\(user)`, which \(first.relation.verb) `\(name)` and is included by it",
            at: places.property(first.relation.key, of: first.neededBy, element: first.name.atom),
            explanation: """
                Inclusion and use in opposite directions are legal, but systools only accepts them when the including \
                application is reached first; otherwise it reports `\(name)` as undefined, although it is there.
                """,
            notes: [Diagnostic.Note("`\(name)` stands here", at: places.entry(first.name))]
                + group.dropFirst().map { Self.needs($0, places) },
            help: ["put the entry of `\(name)` before the one of `\(user)` in the release"], application: user)
    }

    private static func needs(_ missing: UndefinedApplication, _ places: ReleasePlaces) -> Diagnostic.Note {
        Diagnostic.Note(
            "`\(missing.neededBy.name.name)` \(missing.relation.verb) it too",
            at: places.property(missing.relation.key, of: missing.neededBy, element: missing.name.atom))
    }

    private static func circular(_ applications: [ApplicationOrigin], _ places: ReleasePlaces) -> Diagnostic {
        let applications = applications.withoutRepetitions()
        let names = applications.map { "`\($0.name.name)`" }.joined(separator: ", ")
        return Diagnostic(
            .releaseCircularDependencies, .error, "circular dependencies among \(names)",
            at: places.property("applications", of: applications[0]),
            explanation: "Each of them would have to be started before the others.",
            notes: applications.dropFirst().map {
                Diagnostic.Note(
                    "`\($0.name.name)` says what it needs here", at: places.property("applications", of: $0))
            },
            help: [
                "take one of them out of the `applications` of another",
                "where one needs the other only while it runs, let it start without and look it up later",
            ], application: applications[0].name.name)
    }

    // MARK: - Clashes

    private static func registeredName(_ clash: Clash<Atom>, _ places: ReleasePlaces) -> Diagnostic {
        let sides = Self.sides(clash, key: "registered", element: clash.subject, places)
        return Diagnostic(
            .releaseRegisteredNameClash, .error,
            clash.isWithinOne
                ? "`\(clash.first.name.name)` lists the registered name `\(clash.subject.name)` twice"
                : "`\(clash.first.name.name)` and `\(clash.second.name.name)` both register `\(clash.subject.name)`",
            at: sides.second, explanation: "A name belongs to one process of the node; the second one could not start.",
            notes: [Diagnostic.Note("`\(clash.first.name.name)` lists it here", at: sides.first)],
            help: [
                clash.isWithinOne
                    ? "remove one of the two"
                    : "rename one of the processes, or correct `registered` if one of them never registers the name"
            ], application: clash.second.name.name)
    }

    private static func inclusion(_ clash: Clash<ApplicationName>, _ places: ReleasePlaces) -> Diagnostic {
        let sides = Self.sides(clash, key: "included_applications", element: clash.subject.atom, places)
        return Diagnostic(
            .releaseIncludedTwice, .error,
            clash.isWithinOne
                ? "`\(clash.first.name.name)` includes `\(clash.subject.name)` twice"
                : "`\(clash.subject.name)` is included by `\(clash.first.name.name)` and `\(clash.second.name.name)`",
            at: sides.second, explanation: "An included application runs under one supervisor: that of its includer.",
            notes: [Diagnostic.Note("`\(clash.first.name.name)` includes it here", at: sides.first)],
            help: [
                "let one include it and the other use it",
                "a list in the entry of `\(clash.second.name.name)` in the release narrows what it includes",
            ], application: clash.second.name.name)
    }

    private static func module(_ clash: Clash<ModuleName>, _ places: ReleasePlaces) -> Diagnostic {
        let sides = Self.sides(clash, key: "modules", element: clash.subject.atom, places)
        return Diagnostic(
            .releaseModuleClash, .error,
            clash.isWithinOne
                ? "`\(clash.first.name.name)` lists the module `\(clash.subject.name)` twice"
                : "`\(clash.first.name.name)` and `\(clash.second.name.name)` both have a module"
                    + " `\(clash.subject.name)`",
            at: sides.second,
            explanation: "A node has one module of a name; which one it loads would depend on the code path.",
            notes: [Diagnostic.Note("`\(clash.first.name.name)` lists it here", at: sides.first)],
            help: [
                clash.isWithinOne
                    ? "remove one of the two, or the second entry of the application"
                    : "rename one of the modules, or remove one of the applications from the release"
            ], application: clash.second.name.name, module: clash.subject.name)
    }

    private static func inclusionCycle(_ applications: [ApplicationOrigin], _ places: ReleasePlaces) -> Diagnostic {
        let first = applications[0]
        let names = applications.map { "`\($0.name.name)`" }.joined(separator: ", ")
        return Diagnostic(
            .releaseInclusionCycle, .error,
            applications.count == 1 ? "\(names) includes itself" : "\(names) include each other in a circle",
            at: places.property("included_applications", of: first),
            explanation: "An included application is started by its includer, so none of them ever would be.",
            notes: applications.dropFirst().map {
                Diagnostic.Note("part of the circle", at: places.property("included_applications", of: $0))
            }, help: ["remove one of them from the `included_applications` of another"], application: first.name.name)
    }

    private static func objectFile(_ missing: MissingObjectFile, _ places: ReleasePlaces) -> Diagnostic {
        let (module, application) = (missing.module.name, missing.application)
        return Diagnostic(
            .releaseObjectFileMissing, .error, "`\(application.name.name)` has no object file for `\(module)`",
            at: places.property("modules", of: application, element: missing.module.atom),
            explanation: "`\(application.directory)/\(module).beam` does not exist.",
            help: ["compile the application, or remove `\(module)` from its `modules`"],
            application: application.name.name, module: module)
    }

    /// The two places of a clash; within one application the first and the second mention.
    private static func sides<Subject>(
        _ clash: Clash<Subject>, key: Atom, element: Atom, _ places: ReleasePlaces
    ) -> (first: Diagnostic.Place, second: Diagnostic.Place) {
        (
            places.property(key, of: clash.first, element: element),
            places.property(key, of: clash.second, element: element, occurrence: clash.isWithinOne ? 1 : 0)
        )
    }
}

extension ReleaseProblem.Clash {
    fileprivate var isWithinOne: Bool { self.first == self.second }
}

extension ReleaseProblem.UndefinedApplication.Relation {
    fileprivate var verb: String {
        switch self {
        case .uses, .usesTwice: "uses"
        case .includes: "includes"
        }
    }
}

extension ReleasePlaces {
    /// The `.rel` file's term.
    fileprivate var resourcePlace: Diagnostic.Place {
        guard let resource, let term = resource.terms.first else { return .none }
        return resource.place(term)
    }
}

extension UnusableApplication {
    /// What is wrong, for people.
    package func diagnostics(_ places: ReleasePlaces = .unknown) -> [Diagnostic] {
        switch self {
        case .unreadable(_, let failure):
            return failure.diagnostics
        case .otherIdentity(let entry, let found):
            // The file is called as the release calls the application, whatever it says inside.
            let file = "\(found.directory)/\(entry.name.name).app"
            return [
                Diagnostic(
                    .releaseApplicationMismatch, .error,
                    "`\(entry.name.name)-\(entry.version.text)` is wanted, but `\(file)` describes"
                        + " `\(found.name.name)-\(found.version.text)`",
                    at: places.entry(entry.name),
                    explanation: "A file `NAME.app` must describe the application `NAME`.",
                    notes: [Diagnostic.Note("the file", at: .file(file))],
                    help: ["correct the name in the `.app` file, or rename the file"], application: entry.name.name)
            ]
        case .inclusionNotListed(let entry, let names, in: let origin):
            let list = names.map { "`\($0.name)`" }.joined(separator: ", ")
            return [
                Diagnostic(
                    .releaseInclusionNotListed, .error,
                    "the release lets `\(entry.name.name)` include \(list), which its `.app` file does not list",
                    at: places.entry(entry.name),
                    explanation: "The list of an entry can only narrow `included_applications` of the `.app` file.",
                    notes: [
                        Diagnostic.Note(
                            "`\(origin.name.name)` says what it includes here",
                            at: places.property("included_applications", of: origin))
                    ], help: ["remove \(list) from the entry, or add it to `\(origin.file)`"],
                    application: entry.name.name)
            ]
        }
    }
}
