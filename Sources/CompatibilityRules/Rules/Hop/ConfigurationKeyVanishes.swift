package import Diagnostics
import ErlangTerms
import ReleaseModel

/// A parameter that was configured, and that nothing gives a value any more.
package enum ConfigurationKeyVanishes: HopRule {
    package static let explanation = Explanation(
        Diagnostic.ID("config/key-vanishes"), "a configured parameter is gone in the new version",
        meaning: """
            The old `sys.config` gives the parameter a value; the new one does not, nor does the `env` of the new `.app` file. \
            With the upgrade it disappears from the environment of the running application: `application:get_env/2` answers \
            `undefined`. Often it was renamed on one side only.

            Only what `sys.config` says is compared. Parameters that were set at run time or on the command line are not \
            known here; the former are lost with any upgrade.
            """,
        example: .tree(
            .twoShops + [
                .inVersion("1", "sys.config", #"[{shop, [{port, 8080}]}]."#),
                .inVersion("2", "sys.config", #"[{shop, [{listen, 8080}]}]."#),
            ]),
        wayOut: [
            "if no code reads it any more, nothing is to be done",
            "else give it a value in the new `sys.config`, or a default in the `env` of the `.app` file",
        ])

    package static let mended: [Explanation.File] = [
        .inVersion("2", "sys.config", #"[{shop, [{port, 8080}, {listen, 8080}]}]."#)
    ]

    package static func findings(in hop: Hop) -> [Diagnostic] {
        guard let before = hop.from.snapshot.folder?.configuration.file,
            let after = hop.to.snapshot.folder?.configuration.file, after.isComplete
        else { return [] }
        return hop.to.release.applications.flatMap { member -> [Diagnostic] in
            guard hop.from.release[member.name] != nil else { return [] }
            let given = Set(after.parameters(of: member.name.atom).keys).union(member.defaults.keys)
            return before.parameters(of: member.name.atom).sorted { $0.key < $1.key }.compactMap { name, setting in
                guard !given.contains(name) else { return nil }
                let near = NearestName.of(name.name, among: given.map(\.name).sorted())
                return Diagnostic(
                    self.id, .warning,
                    "`\(name)` of `\(member.name)` has a value before the upgrade, and none after it",
                    at: setting.place,
                    explanation: "`application:get_env(\(member.name), \(name))` answers `undefined` from then on.",
                    notes: [Diagnostic.Note("the configuration without it", at: .file(after.source.path))],
                    help: near.map { ["was it renamed to `\($0)`?"] } ?? [], application: member.name.name)
            }
        }
    }
}

extension ResolvedApplication {
    /// The parameters that the `.app` file gives values; the first of two of one name counts.
    var defaults: [Atom: Term] {
        var defaults: [Atom: Term] = [:]
        for term in self.specification.environment {
            guard let parts = term.tupleElements, parts.count == 2, let name = parts[0].atomValue,
                defaults[name] == nil
            else { continue }
            defaults[name] = parts[1]
        }
        return defaults
    }
}
