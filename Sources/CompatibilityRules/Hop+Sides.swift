package import Diagnostics
package import ReleaseModel

extension Hop {
    /// What is wrong with each of the releases alone, and was not said of the hop. What both have alike is said once, of the
    /// newer one: the upgrade neither brings it nor removes it.
    ///
    /// - Parameter said: what was found in the hop.
    package func findingsAboutSides(besides said: [Diagnostic]) -> [Diagnostic] {
        func findings(_ side: Side) -> [Diagnostic] {
            (side.snapshot.folder?.findings ?? []) + UpgradeCheck.findings(in: side)
        }
        let known = Set(said.map(Subject.init))
        func isNew(_ finding: Diagnostic) -> Bool { !known.contains(Subject(finding)) }
        let (before, after) = (findings(self.from).filter(isNew), findings(self.to).filter(isNew))
        let (old, new) = (Set(before.map(\.fingerprint)), Set(after.map(\.fingerprint)))
        return before.filter { !new.contains($0.fingerprint) }
            + after.map { old.contains($0.fingerprint) ? $0.found(in: self.from.release) : $0 }
    }

    /// What a finding is about, whichever way and whatever it says of it.
    private struct Subject: Hashable {
        let id: Diagnostic.ID
        let application: String?
        let module: String?
        /// Of a finding about nothing in particular.
        let summary: String?

        init(_ finding: Diagnostic) {
            self.id = finding.id
            self.application = finding.application
            self.module = finding.subjectModule
            self.summary = finding.subjectModule == nil ? finding.summary : nil
        }
    }
}

extension Diagnostic {
    /// A finding about a release that an older one gives rise to as well.
    package func found(in older: Release) -> Diagnostic {
        var finding = self
        finding.notes.append(Note("\(older.name) \(older.version) has it, too: the upgrade does not bring it"))
        return finding
    }
}
