import Diagnostics
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

    private let folders: ApplicationFolders
    private let target: OTPRelease
    private let goals: [ApplicationName: Goal]
    private(set) var entries: [ReleaseResource.Entry] = []
    private(set) var found: [ApplicationName: ApplicationFolders.Found] = [:]
    private var visited: Set<ApplicationName> = []

    /// Collects everything; findings tell what was not found, and who needs it.
    init(_ goals: [Goal], in folders: ApplicationFolders, target: OTPRelease, _ findings: inout [Diagnostic]) {
        self.folders = folders
        self.target = target
        self.goals = Dictionary(goals.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
        for name in [ApplicationName.kernel, .stdlib] { self.visit(name, neededBy: nil, &findings) }
        for goal in goals { self.visit(goal.name, neededBy: nil, &findings) }
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
        self.found[name] = found
        self.entries.append(
            ReleaseResource.Entry(
                name: name, version: specification.version, type: goal?.type ?? .permanent, included: goal?.included,
                typeIsWritten: goal?.type != nil))
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
