import Diagnostics
import ErlangTerms
import ReleaseModel

@testable import UpgradePlanning

/// What one call of `systools_rc:translate_scripts/4` is made of.
struct TranslationCase: Sendable {
    var mode: UpgradeMode
    var scripts: [[Term]]
    var applications: [TranslatedApplication]
    var previousApplications: [TranslatedApplication]

    var upgradeScripts: [UpgradeScript] {
        self.scripts.enumerated().map { UpgradeScript($1, origin: .caller($0)) }
    }

    /// What our translation says.
    func translated(
        _ tieBreak: DependencyOrder.TieBreak = .instructionNumber
    ) -> Result<[PlannedStep], TranslationFailure> {
        ScriptTranslation.translate(
            mode: self.mode, scripts: self.upgradeScripts, applications: self.applications,
            previousApplications: self.previousApplications, tieBreak: tieBreak)
    }

    /// The arguments for OTP; its application records have these fields in this order.
    var term: Term {
        func record(_ application: TranslatedApplication) -> Term {
            .tuple(
                .atom("application"), .atom(application.name), .atom(application.type.atom),
                .string(application.version), .emptyList, .string("description"),
                .list(application.modules.map(Term.atom)), .emptyList, .emptyList, .emptyList, .emptyList, .emptyList,
                .atom("infinity"), .atom("infinity"), .emptyList, .atom("undefined"), .string("ebin"))
        }
        return .tuple(
            .atom(self.mode == .up ? "up" : "dn"), .list(self.scripts.map(Term.list)),
            .list(self.applications.map(record)), .list(self.previousApplications.map(record)))
    }
}
