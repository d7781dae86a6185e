package import Diagnostics
import ErlangTerms
import ReleaseModel
import UpgradePlanning

/// Steps on the wrong side of `point_of_no_return`, or a script without it.
package enum BeforePointOfNoReturn: ScriptRule {
    package static let explanation = Explanation(
        Diagnostic.ID("relup/before-point-of-no-return"), as: .error,
        "an instruction stands on the wrong side of `point_of_no_return`, or that is missing",
        meaning: """
            What stands before `point_of_no_return` is evaluated by `check_install_release` too, and nothing of it is \
            undone where the release handler then refuses the upgrade: a question would change the node. Only \
            `load_object_code` and `apply` belong there. After it, and in a script without it, the release handler refuses \
            `load_object_code`.
            """,
        example: .shopRelup(.twoShops, .readShop, .loadShop),
        wayOut: [
            "write all `load_object_code` first, then `point_of_no_return`, then the rest",
            "or delete the relup and make a new one from the appups: `relift relup`",
        ])

    package static let mended: [Explanation.File] = [.shopRelup(.readShop, .noReturn, .loadShop)]

    package static func findings(in run: ScriptRun, of hop: Hop) -> [Diagnostic] {
        let border = run.pointOfNoReturn ?? 0
        return run.steps.enumerated().compactMap { number, step in
            guard let instruction = step.instruction.instruction else { return nil }
            if case .loadObjectCode = instruction, number >= border { return self.late(number, run, hop) }
            return number < border && instruction.changesNode ? self.early(number, run, hop) : nil
        }
    }

    private static func late(_ step: Int, _ run: ScriptRun, _ hop: Hop) -> Diagnostic {
        let isMissing = run.pointOfNoReturn == nil
        return hop.finding(
            self.id, .error,
            isMissing
                ? "the \(run.name) reads object code and has no `point_of_no_return`"
                : "the \(run.name) reads object code after `point_of_no_return`",
            in: run, steps: [step], why: "The release handler refuses the script.",
            help: [
                isMissing
                    ? "put `point_of_no_return` behind the last `load_object_code`"
                    : "move the instruction before `point_of_no_return`"
            ])
    }

    private static func early(_ step: Int, _ run: ScriptRun, _ hop: Hop) -> Diagnostic {
        hop.finding(
            self.id, .error, "the \(run.name) changes the node before `point_of_no_return`", in: run, steps: [step],
            why: """
                `check_install_release` evaluates it as well, and nothing undoes it when the upgrade is then refused.
                """,
            help: ["move the instruction behind `point_of_no_return`"])
    }
}

extension LowLevelInstruction {
    /// Whether it changes code or processes.
    fileprivate var changesNode: Bool {
        switch self {
        case .load, .remove, .purge, .suspend, .resume, .codeChange, .stop, .start: true
        case .loadObjectCode, .pointOfNoReturn, .apply, .synchronizeNodes, .restartNewEmulator, .restartEmulator,
            .reboot, .restart:
            false
        }
    }
}
