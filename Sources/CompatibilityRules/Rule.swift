package import Diagnostics

/// One kind of thing that is looked for. Each rule is a type in a file of its own under `Rules/`, with the explanation that
/// `relift explain` shows; ``RuleCatalogue`` names them all.
package protocol Rule: SendableMetatype {
    /// The finding that it makes, and what that means.
    static var explanation: Explanation { get }
    /// The twin of the explanation's example: files that are written in the place of the example's, or beside them, so
    /// that the rule has nothing to say.
    static var mended: [Explanation.File] { get }
}

/// A rule about one release alone.
package protocol ReleaseRule: Rule {
    static func findings(in release: Hop.Side) -> [Diagnostic]
}

/// A rule about two releases and what leads from one to the other.
package protocol HopRule: Rule {
    static func findings(in hop: Hop) -> [Diagnostic]
}

/// A rule about what a script does; asked for each way.
package protocol ScriptRule: Rule {
    static func findings(in run: ScriptRun, of hop: Hop) -> [Diagnostic]
}

extension Rule {
    package static var id: Diagnostic.ID { self.explanation.id }
}
