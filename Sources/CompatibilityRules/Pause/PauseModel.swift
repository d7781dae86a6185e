package import ErlangTerms

/// How long callers wait for suspended processes, by what `release_handler` does one after the other in a window.
///
/// The figures were measured on OTP 25 with two processors (27 and 29 are within a third of it): they tell milliseconds
/// from seconds, not one millisecond from another. A process that does not answer adds twice its timeout, which is not
/// in it.
package struct PauseModel: Hashable, Sendable {
    /// All processes of the node.
    package let processes: Int
    /// How many of them are of a module; of modules that are not named, ``standard``.
    package let processesOfModule: [Atom: Int]
    package let standard: Int

    package init(processes: Int, processesOfModule: [Atom: Int] = [:], standard: Int = 1) {
        self.processes = max(0, processes)
        self.processesOfModule = processesOfModule
        self.standard = max(0, standard)
    }

    /// In microseconds.
    private enum Cost {
        static let suspend = 5.0
        static let convert = 8.0
        static let resume = 5.0
        static let exchange = 2000.0
        /// Each exchange looks for old code in every process of the node.
        static let exchangePerProcess = 2.5
        /// The table of supervised processes is made anew for each `suspend`.
        static let tablePerProcess = 0.5
    }

    /// The length of a window in milliseconds.
    package func milliseconds(_ window: SuspendedWindow) -> Double {
        let suspended = Double(window.suspended.map(self.count).reduce(0, +))
        let converted = Double(window.converted.map(self.count).reduce(0, +))
        let all = Double(self.processes)
        let exchange = Double(window.exchanged.count) * (Cost.exchange + Cost.exchangePerProcess * all)
        let micro =
            Cost.tablePerProcess * all + suspended * (Cost.suspend + Cost.resume) + converted * Cost.convert + exchange
        return micro / 1000
    }

    /// The longest window of a script, in milliseconds; nil where nothing is suspended.
    package func longest(_ windows: [SuspendedWindow]) -> Double? { windows.map(self.milliseconds).max() }

    private func count(_ module: Atom) -> Int { self.processesOfModule[module] ?? self.standard }
}
