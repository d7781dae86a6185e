package import ErlangTerms
import ReleaseModel

extension RelupInstruction {
    /// Why a term is no instruction of a relup, in one line, and what to write instead.
    ///
    /// - Parameter problem: what reading the term found.
    package static func wording(of term: Term, _ problem: TranslationProblem) -> (summary: String, help: [String]) {
        guard let name = InstructionCatalogue.name(of: term) else {
            return ("`\(self.text(term))` is not an instruction", ["write instructions as atoms or tuples"])
        }
        let isSecondHand = self.ofAppups.contains(name.name)
        if let forms = InstructionCatalogue.forms(of: name), !isSecondHand {
            let expected: String? =
                if case .badOperand(let operand, let found) = problem.kind {
                    "expected \(operand.expected), found `\(self.text(found))`"
                } else { nil }
            return (
                "`\(self.text(term))` is not a form of `\(name)`",
                (expected.map { [$0] } ?? []) + ["write " + forms.map { "`\($0)`" }.joined(separator: " or ")]
            )
        }
        if isSecondHand {
            return (
                "`\(name)` is an instruction of appups, not of relups",
                [
                    "write what it is translated to, from `load_object_code` to `load`",
                    "or put it into the appup and let `relift relup` make the relup",
                ]
            )
        }
        if ["reboot", "restart"].contains(name.name) {
            return (
                "`\(name)` is no longer an instruction", ["write `restart_emulator` as the last instruction"]
            )
        }
        let known = InstructionCatalogue.forms.lazy.map(\.name).filter { !self.ofAppups.contains($0) }
        return (
            "`\(name)` is not an instruction of a relup",
            [
                NearestName.of(name.name, among: known).map { "did you mean `\($0)`?" }
                    ?? "see relup(4) for those that are"
            ]
        )
    }

    /// Instructions that are translated before a release handler sees them.
    private static let ofAppups: Set<String> = [
        "update", "load_module", "add_module", "delete_module", "add_application", "remove_application",
        "restart_application",
    ]

    private static func text(_ term: Term) -> String {
        let line = TermPrinter.line(term)
        return line.unicodeScalars.count <= 120 ? line : String(line.unicodeScalars.prefix(120)) + "…"
    }
}
