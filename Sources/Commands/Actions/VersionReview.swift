import Diagnostics
import ReleaseLoading
import ReleaseModel
import UpgradePlanning

/// What is odd about the versions of applications between releases, for commands that do not compare their code.
struct VersionReview {
    let loader: ReleaseLoader
    /// The release to go to.
    let new: LoadedRelease

    /// Applications that go back, and those whose code differs although their versions are equal: both go into a relup
    /// without a word of systools.
    ///
    /// Code is read only where an application of one version lies in two folders; where it does not, it is the same.
    ///
    /// - Parameter olds: the releases to come from.
    func findings(_ olds: [LoadedRelease]) async -> [Diagnostic] {
        var findings: [Diagnostic] = []
        func add(_ more: [Diagnostic]) { findings += more.filter { !findings.contains($0) } }
        for old in olds {
            for (before, after) in Self.pairs(old.release, self.new.release) {
                add(VersionDirection.findings(old: before, new: after))
            }
        }
        let twofold = olds.filter { Self.pairs($0.release, self.new.release).contains(where: Self.mayDiffer) }
        guard !twofold.isEmpty else { return findings }
        // What is wrong with files is not for this command to say.
        var ignored: [Diagnostic] = []
        guard var newer = await self.loader.withPackedModules(self.new, &ignored) else { return findings }
        for old in twofold {
            guard var older = await self.loader.withPackedModules(old, &ignored) else { continue }
            let suspects = Self.pairs(older.release, newer.release).filter(Self.mayDiffer).map(\.1.name)
            let same = await self.loader.readModules(of: &older, and: &newer, only: Set(suspects), &ignored)
            for (before, after) in Self.pairs(older.release, newer.release)
            where Self.mayDiffer(before, after) && !same.contains(after.name) {
                for finding in AppupGenerator.generate(old: before, new: after).findings
                where finding.id == .appupVersionNotBumped {
                    add([finding.with(.warning)])
                }
            }
        }
        return findings
    }

    private static func pairs(_ old: Release, _ new: Release) -> [(Application, Application)] {
        new.applications.compactMap { member in old[member.name].map { ($0.application, member.application) } }
    }

    private static func mayDiffer(_ before: Application, _ after: Application) -> Bool {
        before.version == after.version && before.directory != after.directory
    }
}
