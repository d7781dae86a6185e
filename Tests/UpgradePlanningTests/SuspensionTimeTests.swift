import Diagnostics
import ErlangTerms
import ReleaseModel
import Testing

@testable import UpgradePlanning

/// How long updates wait for processes to stop.
@Suite struct SuspensionTimeTests {
    private static let call = ModuleFacts.ImportedFunction(module: "gen_server", function: "call", arity: 3)

    private static func wait(
        _ milliseconds: Int?, in function: ModuleFacts.FunctionName = .init("handle_call", 3)
    ) -> CallbackWaits.Wait {
        CallbackWaits.Wait(milliseconds: milliseconds, call: self.call, function: function)
    }

    /// - Parameter waits: of `handle_call/3`; nil where there is none, a wait of nil is one for ever.
    private static func facts(
        _ version: String, _ wait: CallbackWaits.Wait?, role: RoleChangeTests.Role = .server
    ) throws -> ModuleFacts {
        var facts = try RoleChangeTests.facts("m", version, behaviours: role.behaviours, exports: role.exports)
        if let wait { facts.waits = CallbackWaits(longest: [.init("handle_call", 3): wait]) }
        return facts
    }

    private static func generate(_ old: ModuleFacts, _ new: ModuleFacts) throws -> GeneratedAppup {
        AppupGenerator.generate(
            old: try RoleChangeTests.application("1", [old]), new: try RoleChangeTests.application("2", [new]))
    }

    private static let short = "{update,m,{advanced,[]}}"
    private static func long(_ time: Int) -> String {
        "{update,m,\(time),{advanced,[]},brutal_purge,brutal_purge,[]}"
    }

    // MARK: - What is generated

    @Test(
        arguments: [
            (30_000, 35_000), (5001, 10_001), (54_999, 59_999), (55_000, 60_000), (55_001, 60_000), (600_000, 60_000),
            (Int.max, 60_000), (nil, 60_000),
        ] as [(Int?, Int)]) func theTimeIsThatOfTheWaitAndFiveSeconds(wait: Int?, time: Int) throws
    {
        let generated = try Self.generate(try Self.facts("1", Self.wait(wait)), try Self.facts("2", Self.wait(wait)))
        #expect(RoleChangeTests.lines(generated.up + generated.down) == [Self.long(time), Self.long(time)])
        let cause = generated.up[0].cause.because.map(\.text)
        let text = wait.map { "\($0) ms" } ?? "for ever"
        #expect(cause.count == 1)
        #expect(
            cause[0].hasPrefix("suspended within \(time) ms: `handle_call/3` may wait \(text) in `gen_server:call/3`"))
        #expect(cause[0].contains("more than a minute is not given") == (wait ?? .max > 55_000))
        #expect(generated.findings.isEmpty)
    }

    /// The code that runs when the processes are to stop: the older one on the way up, the newer one on the way down.
    @Test func theVersionThatIsLeftCounts() throws {
        let slow = Self.wait(20_000)
        let slower = try Self.generate(try Self.facts("1", nil), try Self.facts("2", slow))
        #expect(RoleChangeTests.lines(slower.up) == [Self.short])
        #expect(RoleChangeTests.lines(slower.down) == [Self.long(25_000)])
        let quicker = try Self.generate(try Self.facts("1", slow), try Self.facts("2", nil))
        #expect(RoleChangeTests.lines(quicker.up) == [Self.long(25_000)])
        #expect(RoleChangeTests.lines(quicker.down) == [Self.short])
        #expect(quicker.down[0].cause.because.isEmpty)
    }

    /// `handle_call/3` is a callback of servers only.
    @Test(arguments: RoleChangeTests.Role.allCases) func onlyCallbacksOfTheKindCount(
        role: RoleChangeTests.Role
    ) throws {
        let generated = try Self.generate(
            try Self.facts("1", Self.wait(20_000), role: role), try Self.facts("2", Self.wait(20_000), role: role))
        let expected = role == .server ? Self.long(25_000) : role.instruction
        #expect(RoleChangeTests.lines(generated.up + generated.down) == [expected, expected])
    }

    /// Nobody is suspended for a server that cannot convert its state.
    @Test func aModuleThatIsMerelyLoadedNeedsNoTime() throws {
        var (old, new) = (try Self.facts("1", Self.wait(nil)), try Self.facts("2", Self.wait(nil)))
        old.exports = []
        new.exports = []
        #expect(RoleChangeTests.lines(try Self.generate(old, new).up) == ["{load_module,m}"])
    }

    @Test func statesAreCallbacksOfAStateMachine() throws {
        func facts(_ version: String, _ state: Atom) throws -> ModuleFacts {
            var facts = try Self.facts(version, nil, role: .stateMachine)
            facts.waits = CallbackWaits(
                longest: [.init("busy", 3): Self.wait(9000, in: .init("ask", 1))], stateNames: [state])
            return facts
        }
        let generated = try Self.generate(try facts("1", "busy"), try facts("2", "idle"))
        #expect(RoleChangeTests.lines(generated.up) == [Self.long(14_000)])
        #expect(RoleChangeTests.lines(generated.down) == [Self.short])
        #expect(
            generated.up[0].cause.because.map(\.text) == [
                "suspended within 14000 ms: `busy/3` may wait 9000 ms in `gen_server:call/3`, called in `ask/1`"
            ])
    }

    @Test func aLoopThatAServerStartsIsSpared() throws {
        func facts(_ version: String, _ loops: [ModuleFacts.FunctionName]) throws -> ModuleFacts {
            var facts = try Self.facts(version, Self.wait(20_000))
            facts.code = .functions(
                [
                    .init(
                        .init("loop", 1), digest: .init(high: 1, low: version == "1" ? 1 : 2), hasLocalReceiveLoop: true
                    )
                ],
                records: nil)
            facts.waits.spawnedLoops = loops
            return facts
        }
        let generated = try Self.generate(try facts("1", [.init("loop", 1)]), try facts("2", []))
        #expect(
            RoleChangeTests.lines(generated.up + generated.down) == [
                "{update,m,25000,{advanced,[]},soft_purge,soft_purge,[]}",
                "{update,m,25000,{advanced,[]},soft_purge,brutal_purge,[]}",
            ])
        let twin = try Self.generate(try facts("1", []), try facts("2", []))
        #expect(RoleChangeTests.lines(twin.up) == [Self.long(25_000)])
    }

    // MARK: - What a person wrote

    /// What is said of a script for the way up where `handle_call/3` waits; never that something is missing.
    @Test(
        arguments: [
            (short, 30_000, true), (long(29_999), 30_000, true), (long(30_000), 30_000, false),
            (long(31_000), 30_000, false), (long(100_000), 30_000, false), (long(35_000), 30_000, false),
            ("{update,m,infinity,{advanced,[]},brutal_purge,brutal_purge,[]}", 30_000, false),
            ("{update,m,99999999999999999999999,{advanced,[]},brutal_purge,brutal_purge,[]}", 30_000, false),
            ("{update,m,default,{advanced,[]},brutal_purge,brutal_purge,[]}", 30_000, true),
            ("{update,m}", 30_000, true),
            ("{update,m,static,6000,soft,brutal_purge,brutal_purge,[]}", 30_000, true),
            // More than a minute is asked of nobody; of a wait for ever nothing more is known.
            (long(60_000), 120_000, false), (long(59_000), 120_000, true), (short, nil, true),
            (long(5000), nil, true), (long(6000), nil, false),
            // Nobody is suspended.
            ("{load_module,m}", 30_000, false), ("{restart_application,tally}", 30_000, false),
            // Said step by step.
            (steps("[m]"), 30_000, true), (steps("[{m,10000}]"), 30_000, true), (steps("[{m,30000}]"), 30_000, false),
        ] as [(String, Int?, Bool)]) func aTimeBelowTheWaitIsAWarning(written: String, wait: Int?, isFound: Bool) throws
    {
        let generated = try Self.merge(written, wait: wait)
        #expect(generated.missing.isEmpty && generated.isNeededOne)
        let found = generated.contradictions.filter { $0.id == .appupTimeoutBelowWait }
        #expect(found.map(\.severity) == (isFound ? [.warning] : []))
        if let finding = found.first {
            #expect(finding.summary.contains("to suspend `m`, and `handle_call/3` may wait "))
            #expect(finding.module == "m" && finding.direction == UpgradeMode.up.direction)
            let time = wait.map { min($0 + 5000, 60_000) } ?? 60_000
            #expect(finding.help[0].contains("\(time)"), "\(finding.help)")
        }
        // Without the wait nothing is said of any of them.
        let twin = try Self.merge(written, wait: 5000, hasWait: false)
        #expect(!twin.contradictions.contains { $0.id == .appupTimeoutBelowWait })
    }

    /// All but the time is the person's.
    @Test func theHelpKeepsWhatIsWritten() throws {
        let merge = try Self.merge("{update,m,{advanced,x},soft_purge,brutal_purge,[]}", wait: 30_000)
        let finding = try #require(merge.contradictions.first { $0.id == .appupTimeoutBelowWait })
        #expect(finding.help[0] == "write `{update,m,35000,{advanced,x},soft_purge,brutal_purge,[]}`")
    }

    private static func steps(_ suspended: String) -> String {
        """
        {load_object_code,{tally,"2",[m]}},point_of_no_return,{suspend,\(suspended)},\
        {load,{m,brutal_purge,brutal_purge}},{code_change,[{m,[]}]},{resume,[m]}
        """
    }

    private static func merge(_ up: String, wait: Int?, hasWait: Bool = true) throws -> AppupMerge {
        let old = try RoleChangeTests.application("1", [try self.facts("1", hasWait ? self.wait(wait) : nil)])
        let new = try RoleChangeTests.application("2", [try self.facts("2", nil)])
        let existing = try ReleaseWorld.appup("{\"2\",[{\"1\",[\(up)]}],[{\"1\",[\(self.short)]}]}")
        return AppupMerge(
            [AppupMergeTests.change(old, new)], to: new.version, into: existing, meaning: existing,
            path: "tally.appup", file: nil)
    }
}
