package import Diagnostics
package import HostFiles
import ReleaseModel
package import SystemPackage

extension BuildPlan {
    /// All that `relift build --from-mix` is going to make of what `mix release` has assembled: a target system that the
    /// stock `release_handler` can upgrade, and that mix's own scripts start as before.
    ///
    /// - Parameter output: the folder that the new one, of the release's name, goes to.
    /// - Returns: nil after a finding of error severity.
    package init?(_ mix: MixRelease, output: FilePath, _ findings: inout [Diagnostic]) throws(HostFileError) {
        let target = output.appending(mix.name.text)
        if let there = try mix.files.factsIfPresent(of: target), there.isSameFile(as: try mix.files.facts(of: mix.root))
        {
            findings.append(MixFindings.outputIsInput(target))
            return nil
        }
        guard let applications = MixApplications(mix, &findings) else { return nil }
        var tree = ReleaseTree()
        var members: [ApplicationMembers.Members] = []
        for application in applications.release.applicationsInStartOrder {
            let taken = try applications.members(of: application.application, &findings)
            members.append(taken)
            tree.add(taken.entries)
        }
        let files = MixFiles(mix: mix, applications: applications)
        tree.add(try files.releaseEntries())
        tree.add(try files.otherEntries())
        guard !findings.hasErrors else { return nil }
        self.release = applications.release
        self.tree = tree
        self.applications = members
        self.overlaySteps = []
    }
}
