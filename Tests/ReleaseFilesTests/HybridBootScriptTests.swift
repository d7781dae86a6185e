import Diagnostics
import ErlangTerms
import ReleaseFiles
import SystemPackage
import TestSupport
import Testing

@Suite struct HybridBootScriptTests {
    /// One call of `systools_make:make_hybrid_boot/4`.
    struct Call: Sendable {
        var version: Term = .string("tmp_1")
        var old: [UInt8]
        var new: [UInt8]
        var arguments: Term = .list([.string("2.0"), .list([])])

        var ours: Result<HybridBootScript, HybridBootProblem> {
            Result { () throws(HybridBootProblem) in
                try HybridBootScript(
                    temporaryVersion: self.version, old: self.old, new: self.new, arguments: self.arguments)
            }
        }

        var term: Term { .tuple(self.version, .binary(self.old), .binary(self.new), self.arguments) }
    }

    /// The answers of the real function, without the stacks of crashes.
    static func answers(to calls: [Call]) async throws -> [Term] {
        try await withTemporaryFolder { folder in
            try File.write(ExternalTerm.encode(.list(calls.map(\.term))), to: folder.appending("calls"))
            _ = try await OTP.evaluate(
                """
                {ok, Calls} = file:read_file("calls"),
                Answers = [case systools_make:make_hybrid_boot(Version, Old, New, Arguments) of
                    {'EXIT', {Why, _}} -> {'EXIT', {Why, []}};
                    Answer -> Answer
                end || {Version, Old, New, Arguments} <- binary_to_term(Calls)],
                ok = file:write_file("answers", term_to_binary(Answers))
                """, workingDirectory: folder)
            let answers = try ExternalTerm.decode(try File.read(folder.appending("answers")))
            return try #require(answers.listElements)
        }
    }

    /// Calls both sides; differences are recorded with the number of the call.
    static func compare(_ calls: [Call], sameBytes: Bool = false) async throws {
        let answers = try await self.answers(to: calls)
        try #require(answers.count == calls.count)
        for (index, (call, answer)) in zip(calls, answers).enumerated() {
            switch call.ours {
            case .success(let script):
                let boot = try #require(answer.okValue?.binaryBytes, "call \(index): OTP says \(answer.line)")
                let theirs = try ExternalTerm.decode(boot)
                #expect(script.term == theirs, "call \(index)")
                #expect(try ExternalTerm.decode(script.bytes) == theirs, "call \(index)")
                if sameBytes { #expect(script.bytes == boot, "call \(index)") }
            case .failure(let problem):
                #expect(problem.otpAnswer == answer, "call \(index): \(problem.otpAnswer.line), OTP: \(answer.line)")
            }
        }
    }

    @Test(.enabled(if: OTP.isInstalled))
    func everyPairOfInstalledBootFilesGivesTheBytesOfOTP() async throws {
        let boots = try await InstalledOTP.files(named: ["*.boot"]).map { try File.read($0) }
        try #require(!boots.isEmpty)
        try await Self.compare(boots.flatMap { old in boots.map { Call(old: old, new: $0) } }, sameBytes: true)
    }

    @Test(.enabled(if: OTP.isInstalled))
    func randomScriptsGiveTheAnswersOfOTP() async throws {
        var generator = RandomBootScript(seed: 7)
        let calls = (0..<600).map { _ in
            Call(old: ExternalTerm.encode(generator.next()), new: ExternalTerm.encode(generator.next()))
        }
        try await Self.compare(calls)
        var seen: Set<Term> = []
        var made = 0
        for call in calls.prefix(300) {
            switch call.ours {
            case .success: made += 1
            case .failure(let problem): seen.insert(problem.kind)
            }
        }
        // The comparison is worth something only if every way is gone.
        #expect(made > 100)
        #expect(seen.count >= 7, "\(seen.map(\.line))")
    }

    @Test(.enabled(if: OTP.isInstalled))
    func damagedBootFilesGiveTheAnswersOfOTP() async throws {
        var generator = RandomBootScript(seed: 1, isSound: true)
        let sound = ExternalTerm.encode(generator.next())
        var calls = sound.indices.map { Call(old: Array(sound[..<$0]), new: sound) }
        for index in sound.indices {
            var damaged = sound
            damaged[index] = UInt8.random(in: 0...255, using: &generator.generator)
            calls.append(index.isMultiple(of: 2) ? Call(old: damaged, new: sound) : Call(old: sound, new: damaged))
        }
        calls.append(Call(old: sound + [1, 2, 3], new: sound + [131]))
        try await Self.compare(calls)
    }

    @Test func theBootFileOfTheNewReleaseDecidesHowAtomsAreWritten() throws {
        var generator = RandomBootScript(seed: 1, isSound: true)
        let script = generator.next()
        for style in ExternalTerm.AtomStyle.allCases {
            let hybrid = try Call(
                old: ExternalTerm.encode(script, atoms: style == .utf8 ? .latin1 : .utf8),
                new: ExternalTerm.encode(script, atoms: style)
            ).ours.get()
            #expect(hybrid.bytes == ExternalTerm.encode(hybrid.term, atoms: style))
        }
    }

    // MARK: - What OTP gets wrong

    static func findings(old: [String], new: [String]) throws -> [String] {
        let hybrid = try Call(
            old: ExternalTerm.encode(RandomBootScript.script(paths: old)),
            new: ExternalTerm.encode(RandomBootScript.script(paths: new))
        ).ours.get()
        return hybrid.warnings.map { "\($0.id) \($0.application ?? "")" }
    }

    private static let new = ["$ROOT/lib/kernel-9/ebin", "$ROOT/lib/stdlib-5/ebin", "$ROOT/lib/sasl-4.3/ebin"]

    @Test func properScriptsGiveNoWarning() throws {
        let old = ["$ROOT/lib/kernel-8/ebin", "/x/stdlib-4/ebin", "/mysasl-6/sasl-4.2", "$ROOT/lib/mysasl-7/ebin"]
        #expect(try Self.findings(old: old, new: Self.new) == [])
    }

    @Test func anApplicationWhoseNameEndsInSaslIsReportedWhenItIsTaken() throws {
        let old = ["$ROOT/lib/kernel-8/ebin", "/x/stdlib-4/ebin", "$ROOT/lib/mysasl-7/ebin", "$ROOT/lib/sasl-4.2/ebin"]
        let finding = "hybrid-boot/other-application-taken sasl"
        #expect(try Self.findings(old: old, new: Self.new) == [finding, finding])
        #expect(try Self.findings(old: Self.new, new: old) == [finding, finding])
    }

    @Test func aFolderThatLooksLikeTheKernelIsReported() throws {
        let old = ["/src/kernel-6.1/ebin/a-1/ebin"] + Self.new
        let finding = "hybrid-boot/other-application-taken kernel"
        #expect(try Self.findings(old: old, new: Self.new) == [finding, finding])
    }

    @Test func whatIsNotFoundByItsPathIsReported() throws {
        let unversioned = ["$ROOT/lib/kernel/ebin"] + Self.new.dropFirst()
        let kept = "hybrid-boot/application-kept kernel"
        let dropped = "hybrid-boot/application-dropped kernel"
        #expect(try Self.findings(old: unversioned, new: Self.new) == [kept, kept])
        #expect(try Self.findings(old: Self.new, new: unversioned) == [dropped, dropped])
    }

    @Test func aScriptWithCommandsBehindItsEndIsAnErrorThatSaysWhy() throws {
        let script = RandomBootScript.script(paths: Self.new)
        let longer = RandomBootScript.appending(
            .tuple(.atom("apply"), .tuple(.atom("m"), .atom("f"), .list([]))), script)
        let call = Call(old: ExternalTerm.encode(longer), new: ExternalTerm.encode(script))
        let problem = #expect(throws: HybridBootProblem.self) { try call.ours.get() }
        #expect(problem?.diagnostic(old: "a", new: "b").id == .hybridBootNotEndingInStarted)
    }
}

extension Term {
    fileprivate var line: String { String(TermPrinter.line(self).prefix(300)) }

    /// `Value` of `{ok, Value}`.
    fileprivate var okValue: Term? {
        guard case .tuple(let elements) = self, elements.count == 2, elements[0].isAtom("ok") else { return nil }
        return elements[1]
    }
}

extension HybridBootProblem {
    /// The problem without what is particular to the input.
    fileprivate var kind: Term {
        guard case .crash(_, .tuple(let why)) = self else { return self.otpReason }
        return .tuple(why[0], why[1].isAtom("false") ? why[1] : .atom("term"))
    }
}
