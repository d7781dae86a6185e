package import Diagnostics
import ErlangTerms
import ReleaseModel
import UpgradePlanning

/// A relup that the appups would not give any more.
package enum RelupStale: HopRule {
    package static let explanation = Explanation(
        Diagnostic.ID("relup/stale"), "the relup is not what the appups give now",
        meaning: """
            A relup is made once, from the appups and the modules of that moment. When one of them changes afterwards, the \
            node runs the old script on the new code. It is also so when a relup was edited by hand, which then is the \
            intention.

            Compared is which instructions there are. Their order is not: OTP itself gives another one each time.
            """,
        example: .tree(
            .twoShops + [
                .relup(up: [.noReturn], down: .loadingShop("1"), in: "shop/")
            ]),
        wayOut: ["make it again: `relift relup OLD NEW`"])

    package static let mended: [Explanation.File] = [
        .relup(up: .loadingShop("2"), down: .loadingShop("1"), in: "shop/")
    ]

    package static func findings(in hop: Hop) -> [Diagnostic] {
        guard hop.origin == .relup, let folder = hop.to.snapshot.folder else { return [] }
        return hop.runs.compactMap { run in
            let planned = run.mode.direction == .up ? hop.planned.up : hop.planned.down
            guard let planned else { return nil }
            let (written, wanted) = (run.steps.map(\.planned.instruction), planned.map(\.instruction))
            var notes = Self.missing(written, from: wanted).prefix(1).map {
                Diagnostic.Note("the relup has `\($0)`, which the appups do not give")
            }
            notes += Self.missing(wanted, from: written).prefix(1).map {
                Diagnostic.Note("the appups give `\($0)`, which the relup has not")
            }
            guard !notes.isEmpty else { return nil }
            return Diagnostic(
                self.id, .warning,
                "the \(run.mode.direction.rawValue) script of the relup is not what the appups give now",
                at: .file(folder.file("relup")),
                explanation: "It was made from other appups or other modules, or edited since.", notes: notes,
                help: ["make it again: `relift relup OLD NEW`"], direction: run.mode.direction)
        }
    }

    /// The terms that the others have not, or not as often, in their order; as text that fits into a line.
    private static func missing(_ terms: [Term], from others: [Term]) -> [String] {
        var counts: [Term: Int] = [:]
        for term in others { counts[term, default: 0] += 1 }
        return terms.filter { term in
            counts[term, default: 0] -= 1
            return counts[term, default: 0] < 0
        }.map { term in
            let text = TermPrinter.line(term)
            return text.utf8.count > 90 ? "\(text.prefix(80))…" : text
        }
    }
}
