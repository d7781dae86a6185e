import Diagnostics
import ReleaseLoading
import ReleaseModel
import UpgradePlanning

/// What is said of the appups that people wrote, for commands that make a relup of them.
struct WrittenAppupReview {
    private let old: Release
    private let new: Release
    private let appups: AppupSources
    private let oldApplications: [TranslatedApplication]
    private let newApplications: [TranslatedApplication]

    init(old: Release, new: LoadedRelease) {
        self.old = old
        self.new = new.release
        self.appups = new.appups
        self.oldApplications = old.applications.map(TranslatedApplication.init)
        self.newApplications = new.release.applications.map(TranslatedApplication.init)
    }

    /// What the appup of a changed application lacks and gets wrong; nothing where nobody wrote one. What a relup cannot be
    /// made of the planner says: entries that are not there, keys that cannot be read, another version. A wrong order does
    /// not break the upgrade: it is an error for who writes the appup, and a warning for who is to go with it.
    func findings(_ change: GeneratedAppup) -> [Diagnostic] {
        guard change.from != change.to, let before = self.old[change.application]?.application,
            let after = self.new[change.application]?.application, let (appup, path) = self.appup(change, after)
        else { return [] }
        let merge = AppupMerge(
            [
                AppupChange(
                    change, old: before, new: after, oldApplications: self.oldApplications,
                    newApplications: self.newApplications)
            ], to: change.to, into: appup, meaning: appup, path: path, file: self.appups.files[path])
        let others: Set<Diagnostic.ID> = [.appupNoEntry, .appupOtherVersion, .appupMalformedPattern]
        return (merge.missing + merge.contradictions).filter { !others.contains($0.id) }.map { finding in
            // Between the two modules lie milliseconds, and most often nobody calls.
            finding.id == .appupWrongOrder ? finding.with(.warning) : finding
        }
    }

    /// What processes keep that the other version's code cannot take, milder than an error: for `relup`, which makes what
    /// the appups ask for.
    func stateFindings(_ change: GeneratedAppup) -> [Diagnostic] {
        let states: Set<Diagnostic.ID> = [.appupStateShapeChanged, .appupStateKeysChanged, .appupStateNameRemoved]
        let found = change.findings.filter { states.contains($0.id) }
        guard !found.isEmpty, change.from != change.to, let after = self.new[change.application]?.application,
            let (appup, _) = self.appup(change, after)
        else { return [] }
        return found.filter { finding in
            !UpgradeMode.allCases.contains { $0.direction == finding.direction && change.isRestarted(by: appup, $0) }
        }.map { $0.severity == .error ? $0.with(.warning) : $0 }
    }

    /// The appup that the relup is made of.
    private func appup(_ change: GeneratedAppup, _ application: Application) -> (Appup, path: String)? {
        let own = UpgradeMode.allCases.map { mode in
            (try? self.appups.projectAppup(change.application, to: change.to, from: change.from, mode)) ?? nil
        }
        if let first = own.first ?? nil, own.allSatisfy({ $0?.path == first.path }) { return (first.appup, first.path) }
        return application.appup.map { ($0, application.appupFile) }
    }
}

extension [Diagnostic] {
    /// Without those whose cause one of the others is about: the same thing, or an error of the same module on the same way.
    func without(_ others: [Diagnostic]) -> [Diagnostic] {
        self.filter { finding in
            !others.contains { other in
                if other.id == finding.id, other.summary == finding.summary { return true }
                return finding.module != nil && other.module == finding.module
                    && other.direction == finding.direction && other.severity == .error
            }
        }
    }

    /// Without those that one of the others says of the same thing.
    func notSaid(in others: [Diagnostic]) -> [Diagnostic] {
        self.filter { finding in
            !others.contains { other in
                guard other.id == finding.id, other.direction == finding.direction else { return false }
                return other.summary == finding.summary
                    || finding.module != nil && other.module == finding.module
                        && other.application == finding.application
            }
        }
    }
}
