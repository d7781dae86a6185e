package import ErlangTerms
import UpgradePlanning

/// The steps from a `suspend` to its `resume`: while they run, nobody answers who calls a process of these modules.
package struct SuspendedWindow: Hashable, Sendable {
    /// The numbers of the first and the last step, from 0; the last is nil where nothing resumes the processes.
    package let start: Int
    package let end: Int?
    /// The modules whose processes are suspended, in the order of the script.
    package let suspended: [Atom]
    /// The modules whose code is exchanged meanwhile.
    package let exchanged: [Atom]
    /// The modules whose processes convert their states meanwhile.
    package let converted: [Atom]

    package init(start: Int, end: Int?, suspended: [Atom], exchanged: [Atom], converted: [Atom]) {
        self.start = start
        self.end = end
        self.suspended = suspended
        self.exchanged = exchanged
        self.converted = converted
    }
}

extension ScriptRun {
    /// The windows of the script, in its order. Modules that one instruction suspends are one window, which ends when the
    /// last of them is resumed.
    package var windows: [SuspendedWindow] {
        self.steps.enumerated().compactMap { number, step in
            guard case .suspend(let modules)? = step.instruction.instruction else { return nil }
            let names = modules.map(\.module)
            let spans = names.compactMap { name in self.suspensions[name]?.first { $0.start == number } }
            let ends = spans.map(\.end)
            let end = ends.contains(nil) ? nil : ends.compactMap(\.self).max()
            let last = end ?? self.steps.count - 1
            let exchanged = self.exchanges.filter { _, exchanges in
                exchanges.contains { (number...last).contains($0.step) }
            }
            return SuspendedWindow(
                start: number, end: end, suspended: names,
                exchanged: exchanged.keys.sorted { self.firstExchange($0) < self.firstExchange($1) },
                converted: self.conversions.filter { (number...last).contains($0.step) }.map(\.module))
        }
    }

    private func firstExchange(_ module: Atom) -> Int { self.exchanges[module]?.first?.step ?? 0 }

    /// The steps during which code of both releases is current, from the first exchange to the last; nil where at most
    /// one module is exchanged, or the runtime system is restarted.
    package var mixedSteps: ClosedRange<Int>? {
        let steps = self.exchanges.values.flatMap { $0.map(\.step) }
        guard !self.restartsEmulator, self.exchanges.count > 1, let first = steps.min(), let last = steps.max() else {
            return nil
        }
        return first...last
    }
}
