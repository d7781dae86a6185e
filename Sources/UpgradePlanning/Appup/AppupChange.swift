package import ReleaseModel

/// What the code asks for between two versions of an application, with everything it was made of.
package struct AppupChange: Hashable, Sendable {
    package let generated: GeneratedAppup
    package let old: Application
    package let new: Application
    /// All applications of the two releases, for instructions that name others.
    package let oldApplications: [TranslatedApplication]
    package let newApplications: [TranslatedApplication]

    package init(
        _ generated: GeneratedAppup, old: Application, new: Application, oldApplications: [TranslatedApplication],
        newApplications: [TranslatedApplication]
    ) {
        self.generated = generated
        self.old = old
        self.new = new
        self.oldApplications = oldApplications
        self.newApplications = newApplications
    }

    /// The version that runs before a script of this way, and the one after it.
    func versions(_ mode: UpgradeMode) -> (source: Application, target: Application) {
        mode == .up ? (self.old, self.new) : (self.new, self.old)
    }

    /// A script of this way as low-level instructions.
    func translate(_ script: UpgradeScript, _ mode: UpgradeMode) -> Result<[PlannedStep], TranslationFailure> {
        let (source, target) =
            mode == .up
            ? (self.oldApplications, self.newApplications) : (self.newApplications, self.oldApplications)
        return ScriptTranslation.translate(
            mode: mode, scripts: [script], applications: target, previousApplications: source)
    }

    /// `1 → 2` in the direction of the script.
    func way(_ mode: UpgradeMode) -> String {
        let (source, target) = self.versions(mode)
        return "\(source.version) → \(target.version)"
    }
}
