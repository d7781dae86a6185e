/// Stage 11: all restarts of the runtime system become one of each kind, at the place where it must stand.
///
/// A new runtime system starts before everything else on the way up; on the way down the old one starts after
/// everything else. A plain restart is always the last instruction.
enum EmulatorRestarts {
    static func place(
        _ halves: (before: [EmittedStep], after: [EmittedStep]), mode: UpgradeMode
    ) -> (before: [EmittedStep], after: [EmittedStep]) {
        var after: [EmittedStep] = []
        var newEmulator: [InstructionSource] = []
        var sameEmulator: [InstructionSource] = []
        for step in halves.after {
            switch (step.instruction, step.reason) {
            case (.restartNewEmulator, .written(let source, _)): newEmulator.append(source)
            case (.restartEmulator, .written(let source, _)): sameEmulator.append(source)
            default: after.append(step)
            }
        }
        var before = halves.before
        switch mode {
        case .up:
            if !newEmulator.isEmpty {
                before.insert(.shared(.restartNewEmulator, .restart, newEmulator), at: 0)
            }
            if !sameEmulator.isEmpty { after.append(.shared(.restartEmulator, .restart, sameEmulator)) }
        case .down:
            let sources = newEmulator + sameEmulator
            if !sources.isEmpty { after.append(.shared(.restartEmulator, .restart, sources)) }
        }
        return (before, after)
    }
}
