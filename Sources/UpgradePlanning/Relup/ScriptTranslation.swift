import ErlangTerms
package import ReleaseModel

/// Turns the scripts of all applications into the one script of low-level instructions that `release_handler`
/// evaluates: what `systools_rc:translate_scripts/4` does.
///
/// The stages, in order, each in a file of its own:
///
///     scripts ─ ScriptExpansion ─ ScriptMerge ─ InstructionSyntax ─ ScriptConsistency      raw terms → typed, checked
///             ─ ApplicationInstructions ─ DependencyOrder ─ BlockEmission                  high level → low level
///             ─ ObjectCodeMerge ─ EmulatorRestarts ─ CauseNarration                        → planned steps
///
/// OTP checks the grammar of its result once more; here the types of the instructions do.
package enum ScriptTranslation {
    /// Translates the scripts of one way between two releases.
    ///
    /// The result always has a `point_of_no_return`. It takes time linear in the size of the input, but for a logarithmic
    /// factor in the ordering of dependent modules.
    ///
    /// - Parameters:
    ///   - applications: the applications of the release that the script leads to.
    ///   - previousApplications: those of the release that runs before it.
    package static func translate(
        mode: UpgradeMode, scripts: [UpgradeScript], applications: [TranslatedApplication],
        previousApplications: [TranslatedApplication]
    ) -> Result<[PlannedStep], TranslationFailure> {
        self.translate(
            mode: mode, scripts: scripts, applications: applications, previousApplications: previousApplications,
            tieBreak: .instructionNumber)
    }

    static func translate(
        mode: UpgradeMode, scripts: [UpgradeScript], applications: [TranslatedApplication],
        previousApplications: [TranslatedApplication], tieBreak: DependencyOrder.TieBreak
    ) -> Result<[PlannedStep], TranslationFailure> {
        do throws(TranslationFailure) {
            let expanded = try ScriptExpansion.expand(scripts)
            let merged = try ScriptMerge.merge(expanded, of: scripts)
            let checked = try InstructionSyntax.check(merged, of: scripts)
            try ScriptConsistency.check(checked, of: scripts)
            let steps = try ApplicationInstructions.expand(
                checked.after, target: applications, source: previousApplications, scripts: scripts)
            let items = try DependencyOrder.arrange(steps, scripts: scripts, tieBreak: tieBreak)
            let emitted = try BlockEmission.emit(items, mode: mode, target: applications, scripts: scripts)
            let before = try ObjectCodeMerge.merge(checked.before, emitted.objectCode, scripts: scripts)
            let halves = EmulatorRestarts.place((before, emitted.after), mode: mode)
            let point = EmittedStep(instruction: .pointOfNoReturn, reason: .pointOfNoReturn)
            var narration = CauseNarration(scripts)
            return .success((halves.before + [point] + halves.after).map { narration.plannedStep($0) })
        } catch {
            return .failure(error)
        }
    }
}
