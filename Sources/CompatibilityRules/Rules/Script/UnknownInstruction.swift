package import Diagnostics
import ErlangTerms
import ReleaseModel
import UpgradePlanning

/// A step that no release handler evaluates.
package enum UnknownInstruction: ScriptRule {
    package static let explanation = Explanation(
        Diagnostic.ID("relup/unknown-instruction"), as: .error,
        "a relup has an instruction that the release handler does not know",
        meaning: """
            A relup consists of low-level instructions. The release handler refuses a script with anything else, such as \
            an instruction of an appup that was never translated; with a known name and wrong operands it may crash after \
            the point of no return, and the node restarts.
            """,
        example: .shopRelup(.twoShops, .readShop, .noReturn, "{laod,{shop,brutal_purge,brutal_purge}}"),
        wayOut: [
            "correct the instruction; relup(4) and appup(4) list the low-level ones",
            "or delete the relup and make a new one from the appups: `relift relup`",
        ])

    package static let mended: [Explanation.File] = [.shopRelup(.readShop, .noReturn, .loadShop)]

    package static func findings(in run: ScriptRun, of hop: Hop) -> [Diagnostic] {
        run.steps.enumerated().compactMap { number, step in
            guard case .refused(let problem) = step.instruction else { return nil }
            let wording = RelupInstruction.wording(of: step.planned.instruction, problem)
            return hop.finding(
                self.id, .error, wording.summary, in: run, steps: [number],
                why: "The release handler refuses the \(run.name), or fails in the middle of it.", help: wording.help)
        }
    }
}
