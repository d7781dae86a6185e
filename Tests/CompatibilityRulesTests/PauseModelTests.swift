import CompatibilityRules
import ErlangTerms
import Testing

/// The model of the pause against the figures that were measured on a node (OTP 25, two processors).
@Suite struct PauseModelTests {
    /// Suspended processes, modules loaded in the window, and the milliseconds that were measured in all.
    @Test(arguments: [(100, 10, 23.7), (1_000, 10, 55), (10_000, 10, 389), (10_000, 100, 3_586), (100_000, 10, 4_513)])
    func foretellsTheMeasuredPauseWithinAFactorOfTwo(processes: Int, modules: Int, measured: Double) {
        let window = SuspendedWindow(
            start: 0, end: 3, suspended: ["server"], exchanged: (0..<modules).map { Atom("m\($0)") },
            converted: ["server"])
        let foretold = PauseModel(processes: processes, processesOfModule: ["server": processes])
            .milliseconds(window)
        #expect(foretold > measured / 2 && foretold < measured * 2, "\(foretold) for \(measured)")
    }

    @Test func nobodyWaitsWithoutAWindow() {
        #expect(PauseModel(processes: 1_000).longest([]) == nil)
    }
}
