package import Diagnostics
import ErlangTerms
import ReleaseModel
import UpgradePlanning

/// `load_object_code` names a module without an object file.
package enum ModuleNotInRelease: ScriptRule {
    package static let explanation = Explanation(
        Diagnostic.ID("relup/module-not-in-release"), as: .error,
        "object code is read of a module that the application does not have",
        meaning: """
            `load_object_code` reads `ebin/MODULE.beam` of the application that it names, in the release that the script \
            leads to. There is no such file, so the release handler refuses the upgrade.
            """,
        example: .shopRelup(.twoShops, #"{load_object_code,{shop,"2",[shpo]}}"#, .noReturn, .loadShop),
        wayOut: [
            "correct the name of the module or of the application", "or remove the module from the instruction",
            "see that the release has all that was compiled",
        ])

    package static let mended: [Explanation.File] = [.shopRelup(.readShop, .noReturn, .loadShop)]

    package static func findings(in run: ScriptRun, of hop: Hop) -> [Diagnostic] {
        run.objectCode.compactMap { object in
            guard
                let member = run.target.release.applications.first(where: { $0.name.atom == object.application }),
                object.version == .string(member.version.text), !member.application.modules.isEmpty,
                member.application.modules.keys.allSatisfy({ $0.atom != object.module })
            else { return nil }
            // Of a module that is listed and has no file another finding says it.
            let isListed = member.specification.modules.contains { $0.atom == object.module }
            if isListed, hop.origin == .appups { return nil }
            let owner = run.target.modules[object.module]?.application
            let names = member.application.modules.keys.map(\.name).sorted()
            return hop.finding(
                self.id, .error,
                "the \(run.name) reads `\(object.module)`, which `\(member.name)` \(member.version) does not have",
                in: run, steps: [object.step], module: object.module, application: object.application,
                why: "The release handler refuses the script: there is no file to read.",
                help: owner.map { ["it is a module of `\($0)`"] }
                    ?? NearestName.of(object.module.name, among: names).map { ["did you mean `\($0)`?"] }
                    ?? ["remove it from the instruction, or compile it into the application"])
        }
    }
}
