package import Diagnostics
import ErlangTerms
import ReleaseModel

/// A configured value that is of another kind than before.
package enum ConfigurationTypeChanged: HopRule {
    package static let explanation = Explanation(
        Diagnostic.ID("config/type-changed"), "a configured value becomes one of another kind",
        meaning: """
            A number becomes a text, a list a binary, a tuple a map. The values of a running application are exchanged before \
            any of its code: until its modules are loaded, the old code reads the new value, and on the way back the new code \
            the old one. What keeps the value in its state has the old kind until it is restarted.

            Only parameters that one of the two `sys.config` files gives are compared. Atoms are left out: `infinity`, \
            `undefined` or `false` stand beside values of any kind.
            """,
        example: .tree(
            .twoShops + [
                .inVersion("1", "sys.config", #"[{shop, [{port, 8080}]}]."#),
                .inVersion("2", "sys.config", #"[{shop, [{port, "8080"}]}]."#),
            ]),
        wayOut: [
            "see that both versions of the code take both kinds, or give the new kind a new name"
        ])

    package static let mended: [Explanation.File] = [
        .inVersion("2", "sys.config", #"[{shop, [{port, 8081}]}]."#)
    ]

    package static func findings(in hop: Hop) -> [Diagnostic] {
        guard let before = hop.from.snapshot.folder?.configuration.file,
            let after = hop.to.snapshot.folder?.configuration.file, before.isComplete, after.isComplete
        else { return [] }
        return hop.to.release.applications.flatMap { member -> [Diagnostic] in
            guard let old = hop.from.release[member.name] else { return [] }
            let (given, now) = (before.parameters(of: member.name.atom), after.parameters(of: member.name.atom))
            return Set(given.keys).union(now.keys).sorted().compactMap { name in
                guard let first = given[name]?.value ?? old.defaults[name],
                    let second = now[name]?.value ?? member.defaults[name],
                    let one = Kind(first), let other = Kind(second), one != other
                else { return nil }
                let file = ApplicationOrigin(member.application)
                return Diagnostic(
                    self.id, .warning,
                    "`\(name)` of `\(member.name)` was \(one.rawValue) and becomes \(other.rawValue)",
                    at: now[name]?.place ?? hop.to.snapshot.places.property("env", of: file),
                    explanation: "The value is exchanged before the code that reads it.",
                    notes: [
                        Diagnostic.Note(
                            "the value before",
                            at: given[name]?.place
                                ?? hop.from.snapshot.places.property("env", of: ApplicationOrigin(old.application)))
                    ], application: member.name.name)
            }
        }
    }

    private enum Kind: String {
        case number = "a number"
        case list = "a list or text"
        case binary = "a binary"
        case tuple = "a tuple"
        case map = "a map"

        /// Nil for what may stand in the place of any kind.
        init?(_ term: Term) {
            switch term {
            case .integer, .bigInteger, .float: self = .number
            case .list(let elements) where elements.isEmpty: return nil
            case .list, .improperList: self = .list
            case .binary, .bitString: self = .binary
            case .tuple: self = .tuple
            case .map: self = .map
            case .atom, .pid, .port, .reference, .externalFunction, .closure, .nativeRecord: return nil
            }
        }
    }
}
