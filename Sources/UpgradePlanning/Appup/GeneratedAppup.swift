package import Diagnostics
package import ErlangTerms
package import ReleaseModel

/// The upgrade instructions between two versions of an application, as their modules ask for them.
package struct GeneratedAppup: Hashable, Sendable {
    package let application: ApplicationName
    package let from: ApplicationVersion
    package let to: ApplicationVersion
    /// From the older version to the newer one, and back.
    package let up: [Instruction]
    package let down: [Instruction]
    /// For each added, deleted and changed module the instruction that it asks for by itself on the way up; it is not
    /// in a script that restarts the application.
    package let exchanges: [Instruction]
    /// How long processes of changed modules may take to stop, by module, where that is longer than the default.
    let suspensions: [UpgradeMode: [Atom: SuspensionTime]]
    /// What a person should know; with an error among them the instructions must not be used.
    package let findings: [Diagnostic]
    /// What to write where states changed.
    package let skeletons: [CodeChangeSkeleton]

    /// One instruction with its reason.
    package struct Instruction: Hashable, Sendable {
        package let term: Term
        package let cause: Cause
    }

    /// The contents of an `.appup` file with this pair of versions alone.
    package var appup: Appup {
        Appup(
            version: .exact(self.to.text),
            up: [Appup.Entry(key: .exact(self.from.text), script: self.up.map(\.term))],
            down: [Appup.Entry(key: .exact(self.from.text), script: self.down.map(\.term))])
    }

    package func instructions(_ mode: UpgradeMode) -> [Instruction] {
        switch mode {
        case .up: self.up
        case .down: self.down
        }
    }

    /// The causes of the instructions of a script, when it is the one that was generated for this version.
    func causes(of script: [Term], _ mode: UpgradeMode, other: ApplicationVersion) -> [Cause]? {
        let instructions = self.instructions(mode)
        guard other == self.from, instructions.map(\.term) == script else { return nil }
        return instructions.map(\.cause)
    }
}
