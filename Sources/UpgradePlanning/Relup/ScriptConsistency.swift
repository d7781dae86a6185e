import ErlangTerms

/// Stage 5: what low-level instructions promise each other: loaded modules have object code, and who is suspended or
/// stopped is resumed or started.
///
/// OTP does not check that code changes only for suspended modules; neither does this.
enum ScriptConsistency {
    static func check(
        _ halves: ScriptMerge.Halves<UpgradeInstruction>, of scripts: [UpgradeScript]
    ) throws(TranslationFailure) {
        var read: Set<Atom> = []
        for case .low(.loadObjectCode(let code)) in halves.before.map(\.value) { read.formUnion(code.modules) }

        var problems: [TranslationProblem] = []
        var suspended: [Sourced<Atom>] = []
        var resumed: [Sourced<Atom>] = []
        var stopped: [Sourced<Atom>] = []
        var started: [Sourced<Atom>] = []
        for instruction in halves.after {
            guard case .low(let low) = instruction.value else { continue }
            switch low {
            case .load(let exchange):
                if !read.contains(exchange.module) {
                    problems.append(TranslationProblem(.noObjectCode(exchange.module), instruction.source, scripts))
                }
            case .suspend(let modules): suspended += modules.map { Sourced($0.module, instruction.source) }
            case .resume(let modules): resumed += modules.map { Sourced($0, instruction.source) }
            case .stop(let modules): stopped += modules.map { Sourced($0, instruction.source) }
            case .start(let modules): started += modules.map { Sourced($0, instruction.source) }
            case .loadObjectCode, .pointOfNoReturn, .remove, .purge, .codeChange, .synchronizeNodes, .apply,
                .restartNewEmulator, .restartEmulator, .reboot, .restart:
                break
            }
        }
        func compare(
            _ some: [Sourced<Atom>], _ others: [Sourced<Atom>], _ kind: ([Atom]) -> TranslationProblem.Kind
        ) {
            let known = Set(others.map(\.value))
            let missing = some.filter { !known.contains($0.value) }
            guard let first = missing.first else { return }
            problems.append(TranslationProblem(kind(missing.map(\.value)), first.source, scripts))
        }
        compare(suspended, resumed, TranslationProblem.Kind.suspendedNotResumed)
        compare(resumed, suspended, TranslationProblem.Kind.resumedNotSuspended)
        compare(started, stopped, TranslationProblem.Kind.startedNotStopped)
        compare(stopped, started, TranslationProblem.Kind.stoppedNotStarted)
        try TranslationFailure.throwIfAny(problems)
    }
}
