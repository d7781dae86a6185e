package import Diagnostics
package import ErlangTerms
package import ReleaseModel

/// Whether an appup that somebody committed says what would be generated today, for one pair of versions.
package struct AppupComparison: Hashable, Sendable {
    package let up: Coverage
    package let down: Coverage

    package enum Coverage: Hashable, Sendable {
        /// The same instructions in the same order, in whatever form they are written.
        case equal
        /// The same instructions in another order.
        case otherOrder
        case different(missing: [Term], unexpected: [Term])
        case noEntry
        case unusableKey(AppupKeyProblem)
    }

    package init(_ existing: Appup, with generated: GeneratedAppup) {
        self.up = Self.coverage(existing, generated, .up)
        self.down = Self.coverage(existing, generated, .down)
    }

    package var isEqual: Bool { self.up == .equal && self.down == .equal }

    package func coverage(_ mode: UpgradeMode) -> Coverage {
        switch mode {
        case .up: self.up
        case .down: self.down
        }
    }

    /// One finding a direction that is not equal.
    ///
    /// - Parameter file: the path of the existing appup.
    package func diagnostics(_ generated: GeneratedAppup, file: String) -> [Diagnostic] {
        UpgradeMode.allCases.compactMap { Self.diagnostic(self.coverage($0), generated, $0, file) }
    }

    // MARK: - Comparing

    private static func coverage(_ existing: Appup, _ generated: GeneratedAppup, _ mode: UpgradeMode) -> Coverage {
        let found: Appup.Entry?
        do throws(AppupKeyProblem) {
            found = try existing.entry(for: generated.from, mode)
        } catch {
            return .unusableKey(error)
        }
        guard let entry = found else { return .noEntry }
        let wanted = generated.instructions(mode).map(\.term)
        let (ours, theirs) = (wanted.map(self.meaning), entry.script.map(self.meaning))
        if ours == theirs { return .equal }
        var counts: [Meaning: Int] = [:]
        for meaning in theirs { counts[meaning, default: 0] += 1 }
        var missing: [Term] = []
        for (term, meaning) in zip(wanted, ours) {
            if counts[meaning, default: 0] > 0 { counts[meaning, default: 0] -= 1 } else { missing.append(term) }
        }
        var unexpected: [Term] = []
        for (term, meaning) in zip(entry.script, theirs).reversed() where counts[meaning, default: 0] > 0 {
            counts[meaning, default: 0] -= 1
            unexpected.append(term)
        }
        if missing.isEmpty && unexpected.isEmpty { return .otherOrder }
        return .different(missing: missing, unexpected: unexpected.reversed())
    }

    /// What an instruction says, however it is written.
    private enum Meaning: Hashable {
        case instruction(UpgradeInstruction)
        case other(Term)
    }

    private static func meaning(_ term: Term) -> Meaning {
        guard var instruction = try? InstructionSyntax.parse(ScriptExpansion.expand(term)) else { return .other(term) }
        // The order of DepMods means nothing.
        switch instruction {
        case .high(.update(var update)):
            update.dependencies.sort()
            instruction = .high(.update(update))
        case .high(.loadModule(var load)):
            load.dependencies.sort()
            instruction = .high(.loadModule(load))
        case .high(.addModule(let module, let dependencies)):
            instruction = .high(.addModule(module: module, dependencies: dependencies.sorted()))
        case .high(.deleteModule(let module, let dependencies)):
            instruction = .high(.deleteModule(module: module, dependencies: dependencies.sorted()))
        case .high(.addApplication), .high(.removeApplication), .high(.restartApplication), .low: break
        }
        return .instruction(instruction)
    }

    // MARK: - Findings

    private static func diagnostic(
        _ coverage: Coverage, _ generated: GeneratedAppup, _ mode: UpgradeMode, _ file: String
    ) -> Diagnostic? {
        let name = generated.application.name
        let way = mode == .up ? "\(generated.from) → \(generated.to)" : "\(generated.to) → \(generated.from)"
        func finding(_ summary: String, _ notes: [String]) -> Diagnostic {
            Diagnostic(
                .appupOutOfDate, .error, summary, at: .file(file),
                explanation: "Modules that are not mentioned keep running their old code.",
                notes: notes.map { Diagnostic.Note($0) },
                help: ["`relift appup OLD NEW --app \(name)` generates it anew"], application: name,
                direction: mode.direction)
        }
        switch coverage {
        case .equal: return nil
        case .otherOrder:
            return finding(
                "the appup of `\(name)`, \(way), has the right instructions in another order",
                generated.instructions(mode).map { "expected `\(TermPrinter.line($0.term))`" })
        case .noEntry: return finding("the appup of `\(name)` has no entry for \(way)", [])
        case .unusableKey(let problem):
            return finding("the appup of `\(name)` has a key that cannot be read: `\(problem.pattern)`", [])
        case .different(let missing, let unexpected):
            let causes = Dictionary(
                generated.instructions(mode).map { ($0.term, $0.cause.text) }, uniquingKeysWith: { first, _ in first })
            return finding(
                "the appup of `\(name)`, \(way), does not fit the code",
                missing.map { "missing `\(TermPrinter.line($0))`: \(causes[$0] ?? "")" }
                    + unexpected.map { "unexpected `\(TermPrinter.line($0))`" })
        }
    }
}
