import Diagnostics
import Manifests
import ReleaseLoading
import ReleaseModel

/// From the applications that a manifest names to all that the release needs.
///
/// Depth first: what an application uses or includes comes before it, in the order of its `.app` file, as relx orders the
/// applications of a release; `kernel` and `stdlib` always come first. An optional application is taken if it is found.
struct ApplicationClosure {
    struct Goal {
        var name: ApplicationName
        var version: ApplicationVersion?
        var type: StartType?
        var included: [ApplicationName]?
        var place: Diagnostic.Place
    }

    /// What is left out of the release, and out of the `.app` files of what is in it.
    struct Exclusions {
        var applications: [ApplicationName] = []
        var modules: [ApplicationName: Set<ModuleName>] = [:]
        /// Where they are written.
        var applicationsPlace = Diagnostic.Place.none
        var modulesPlace = Diagnostic.Place.none

        init(_ manifest: EffectiveManifest) {
            self.applications = manifest.excludedApplications.value
            for excluded in manifest.excludedModules.value {
                self.modules[excluded.application, default: []].formUnion(excluded.modules)
            }
            self.applicationsPlace = manifest.excludedApplications.origin.range.map { .source($0) } ?? .none
            self.modulesPlace = manifest.excludedModules.origin.range.map { .source($0) } ?? .none
        }
    }

    private let folders: ApplicationFolders
    private let exclusions: Exclusions
    private let target: OTPRelease
    private let goals: [ApplicationName: Goal]
    private(set) var entries: [ReleaseResource.Entry] = []
    private(set) var found: [ApplicationName: ApplicationFolders.Found] = [:]
    private var visited: Set<ApplicationName> = []
    private var listedModules: [ApplicationName: Set<ModuleName>] = [:]

    /// Collects everything; findings tell what was not found, and who needs it.
    init(
        _ goals: [Goal], in folders: ApplicationFolders, target: OTPRelease, excluding exclusions: Exclusions,
        _ findings: inout [Diagnostic]
    ) {
        self.folders = folders
        self.exclusions = exclusions
        self.target = target
        self.goals = Dictionary(goals.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
        for name in [ApplicationName.kernel, .stdlib] { self.visit(name, neededBy: nil, &findings) }
        for goal in goals { self.visit(goal.name, neededBy: nil, &findings) }
        self.loadIncluded()
        findings += self.idleExclusions
    }

    /// An application that another one includes is started by that one: unless the manifest says otherwise, the release
    /// only loads it (`rlx_release:create_app_spec/3`).
    private mutating func loadIncluded() {
        var included: Set<ApplicationName> = []
        for entry in self.entries {
            included.formUnion(
                entry.included ?? self.found[entry.name]?.application.specification.includedApplications ?? [])
        }
        for index in self.entries.indices
        where included.contains(self.entries[index].name) && self.goals[self.entries[index].name] == nil {
            self.entries[index].type = .load
            self.entries[index].typeIsWritten = true
        }
    }

    /// What is excluded and would not have been there: a slip of the pen lets the real one in.
    private var idleExclusions: [Diagnostic] {
        var findings: [Diagnostic] = []
        for name in self.exclusions.applications where !self.visited.contains(name) {
            findings.append(
                Self.nothingToExclude(
                    "application `\(name)`", NearestName.of(name.name, among: self.visited.map(\.name).sorted()),
                    at: self.exclusions.applicationsPlace))
        }
        for (name, modules) in self.exclusions.modules.sorted(by: { $0.key < $1.key }) {
            guard let listed = self.listedModules[name] else {
                findings.append(
                    Self.nothingToExclude(
                        "application `\(name)`", NearestName.of(name.name, among: self.visited.map(\.name).sorted()),
                        at: self.exclusions.modulesPlace))
                continue
            }
            for module in modules.subtracting(listed).sorted() {
                findings.append(
                    Self.nothingToExclude(
                        "module `\(module)` in `\(name)`",
                        NearestName.of(module.name, among: listed.map(\.name).sorted()),
                        at: self.exclusions.modulesPlace))
            }
        }
        return findings
    }

    private static func nothingToExclude(_ what: String, _ meant: String?, at place: Diagnostic.Place) -> Diagnostic {
        Diagnostic(
            Diagnostic.ID("build/nothing-to-exclude"), .warning, "there is no \(what) to leave out", at: place,
            help: [meant.map { "did you mean `\($0)`?" } ?? "remove it from the list"])
    }

    private mutating func visit(_ name: ApplicationName, neededBy: Application?, _ findings: inout [Diagnostic]) {
        guard self.visited.insert(name).inserted else { return }
        let goal = self.goals[name]
        guard let found = self.find(name, goal, neededBy: neededBy, &findings) else { return }
        let specification = found.application.specification
        let optional = Set(specification.optionalApplications)
        for needed in specification.applications + (goal?.included ?? specification.includedApplications) {
            if optional.contains(needed), self.goals[needed] == nil, !self.isThere(needed) { continue }
            self.visit(needed, neededBy: found.application, &findings)
        }
        self.listedModules[name] = Set(specification.modules)
        guard !self.exclusions.applications.contains(name) else { return }
        self.found[name] = self.trimmed(found)
        self.entries.append(
            ReleaseResource.Entry(
                name: name, version: specification.version, type: goal?.type ?? .permanent, included: goal?.included,
                typeIsWritten: goal?.type != nil))
    }

    /// The application without what is left out of the release.
    private func trimmed(_ found: ApplicationFolders.Found) -> ApplicationFolders.Found {
        var found = found
        let gone = Set(self.exclusions.applications)
        let modules = self.exclusions.modules[found.application.name] ?? []
        found.application.specification.applications.removeAll { gone.contains($0) }
        found.application.specification.includedApplications.removeAll { gone.contains($0) }
        found.application.specification.optionalApplications.removeAll { gone.contains($0) }
        found.application.specification.modules.removeAll { modules.contains($0) }
        return found
    }

    private func find(
        _ name: ApplicationName, _ goal: Goal?, neededBy: Application?, _ findings: inout [Diagnostic]
    ) -> ApplicationFolders.Found? {
        let place = goal?.place ?? neededBy.map { .file($0.file) } ?? .none
        let result =
            if let version = goal?.version {
                self.folders.find(
                    ReleaseResource.Entry(name: name, version: version), target: self.target, neededAt: place, &findings
                )
            } else {
                self.folders.find(name, target: self.target, neededAt: place, &findings)
            }
        switch result {
        case .success(let found): return found
        case .failure(let failure):
            findings += failure.diagnostics.map { finding in
                var finding = finding
                if let neededBy {
                    finding.notes.append(
                        Diagnostic.Note("`\(neededBy.name)` \(neededBy.version) needs it", at: .file(neededBy.file)))
                }
                return finding
            }
            return nil
        }
    }

    private func isThere(_ name: ApplicationName) -> Bool {
        var ignored: [Diagnostic] = []
        if case .success = self.folders.find(name, target: self.target, neededAt: .none, &ignored) { return true }
        return false
    }
}
