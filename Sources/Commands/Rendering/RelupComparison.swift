import Diagnostics
import ErlangTerms
import ReleaseModel
import UpgradePlanning

/// A relup that somebody has, held against the scripts of a plan.
struct RelupComparison {
    let path: String
    /// Of the upgrade and of the way back; nil where the relup has no script for it.
    let up: [ScriptDifference.Line]?
    let down: [ScriptDifference.Line]?

    init(_ relup: Relup, _ upgrade: PlannedUpgrade, path: String) {
        func lines(_ entries: [Relup.Entry], _ steps: [PlannedStep]) -> [ScriptDifference.Line]? {
            entries.first { $0.version == upgrade.from.version }.map {
                ScriptDifference.lines($0.instructions, steps.map(\.instruction))
            }
        }
        self.path = path
        self.up = lines(relup.up, upgrade.up)
        self.down = lines(relup.down, upgrade.down)
    }

    private var directions: [(name: String, lines: [ScriptDifference.Line]?)] {
        [("up", self.up), ("down", self.down)]
    }

    var isEqual: Bool { self.directions.allSatisfy { $0.lines?.allSatisfy(\.isSame) ?? false } }

    var text: [String] {
        self.directions.flatMap { name, lines -> [String] in
            guard let lines else { return ["", "\(self.path) has no \(name) script for this pair of releases"] }
            guard !lines.allSatisfy(\.isSame) else { return ["", "the \(name) script of \(self.path) is the same"] }
            return ["", "the \(name) script of \(self.path) (-) against the plan (+)"]
                + lines.map { line in
                    switch line {
                    case .same(let term): "    " + TermPrinter.line(term)
                    case .removed(let term): "  - " + TermPrinter.line(term)
                    case .added(let term): "  + " + TermPrinter.line(term)
                    }
                }
        }
    }

    var json: JSONValue {
        func lines(_ lines: [ScriptDifference.Line]?) -> JSONValue {
            guard let lines else { return .null }
            return .array(
                lines.map { line in
                    let (mark, term) =
                        switch line {
                        case .same(let term): ("same", term)
                        case .removed(let term): ("removed", term)
                        case .added(let term): ("added", term)
                        }
                    return .object([
                        ("change", .string(mark)), ("instruction", .string(TermPrinter.line(term))),
                    ])
                })
        }
        return .object([
            ("file", .string(self.path)), ("equal", .boolean(self.isEqual)), ("up", lines(self.up)),
            ("down", lines(self.down)),
        ])
    }
}
