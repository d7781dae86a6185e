package import Diagnostics
import ErlangTerms
import ReleaseModel
import UpgradePlanning

/// `load_object_code` names an application or a version that the target release does not have.
package enum ObjectCodeOfOtherVersion: ScriptRule {
    package static let explanation = Explanation(
        Diagnostic.ID("relup/object-code-of-other-version"), as: .error,
        "object code is read from an application or version that the release does not have",
        meaning: """
            `load_object_code` reads from the applications of the release that the script leads to, and takes no other \
            version. The release handler refuses the upgrade. A relup that was made for other versions than those in the \
            release, or kept from an earlier build, does this.
            """,
        example: .shopRelup(.twoShops, #"{load_object_code,{shop,"2.0",[shop]}}"#, .noReturn, .loadShop),
        wayOut: [
            "make the relup again for these releases: `relift relup`",
            "or correct the version to the one in the `.rel` file",
        ])

    package static let mended: [Explanation.File] = [.shopRelup(.readShop, .noReturn, .loadShop)]

    package static func findings(in run: ScriptRun, of hop: Hop) -> [Diagnostic] {
        run.steps.enumerated().compactMap { number, step in
            guard case .known(.loadObjectCode(let code)) = step.instruction else { return nil }
            let member = run.target.release.applications.first { $0.name.atom == code.application }
            if let member, code.version == .string(member.version.text) { return nil }
            let release = run.target.snapshot.title
            let names = run.target.release.applications.lazy.map(\.name.name)
            return hop.finding(
                self.id, .error,
                member == nil
                    ? "the \(run.name) reads code of `\(code.application)`, which is not in `\(release)`"
                    : "the \(run.name) reads code of another version of `\(code.application)` than `\(release)` has",
                in: run, steps: [number], application: code.application,
                why: "The release handler refuses the script.",
                notes: member.map { ["`\(release)` has version \($0.version)"] } ?? [],
                help: member.map { ["write the version \(TermPrinter.line(.string($0.version.text)))"] }
                    ?? NearestName.of(code.application.name, among: names).map { ["did you mean `\($0)`?"] }
                    ?? ["remove the instruction, or add the application to the release"])
        }
    }
}
