import Diagnostics
import ReleaseLoading
import ReleaseModel
import SystemPackage
import UpgradePlanning

/// What the processes of changed applications keep that the new code cannot take, for commands that do not compare code
/// otherwise.
struct StateReview {
    let loader: ReleaseLoader

    /// Reads the modules of applications whose versions differ; those of releases in tarballs too.
    func findings(_ old: LoadedRelease, _ new: LoadedRelease) async -> [Diagnostic] {
        let names = new.release.applications.filter { member in
            old.release[member.name].map { $0.version != member.version } ?? false
        }.map(\.name)
        guard !names.isEmpty else { return [] }
        // What is wrong with files is not for this command to say.
        var ignored: [Diagnostic] = []
        guard var older = await self.loader.withPackedModules(old, &ignored),
            var newer = await self.loader.withPackedModules(new, &ignored)
        else {
            return []
        }
        let same = await self.loader.readModules(of: &older, and: &newer, only: Set(names), &ignored)
        let review = WrittenAppupReview(old: older.release, new: new)
        return names.filter { !same.contains($0) }.flatMap { name -> [Diagnostic] in
            guard let before = older.release[name]?.application, let after = newer.release[name]?.application,
                after.modules.values.contains(where: { $0.states.shapes != nil })
            else { return [] }
            return review.stateFindings(AppupGenerator.generate(old: before, new: after))
        }
    }
}
