import Diagnostics
import Testing

@Suite struct FindingPolicyTests {
    private static func finding(
        _ id: String, _ severity: Diagnostic.Severity = .warning, _ summary: String = "odd",
        application: String? = nil, module: String? = nil, direction: Diagnostic.Direction? = nil,
        at place: Diagnostic.Place = .none
    ) -> Diagnostic {
        Diagnostic(
            .init(id), severity, summary, at: place, application: application, module: module, direction: direction)
    }

    @Test func severitiesAreOverriddenAndOffIsSuppressed() {
        let policy = FindingPolicy(levels: [.init("a/up"): .error, .init("a/down"): .note, .init("a/off"): .off])
        let judged = policy.judge([
            Self.finding("a/up"), Self.finding("a/down", .error), Self.finding("a/off", .error),
            Self.finding("a/as-is"),
        ])
        #expect(judged.shown.map(\.id.rawValue) == ["a/up", "a/down", "a/as-is"])
        #expect(judged.shown.map(\.severity) == [.error, .note, .warning])
        #expect(judged.suppressed.map(\.finding.id.rawValue) == ["a/off"])
        #expect(judged.suppressed.first?.finding.severity == .error)
        #expect(judged.hiddenSummary == "1 suppressed")
        #expect(judged.hasErrors && judged.remarks == [])
    }

    @Test func strictRaisesWhatIsLeftOfTheWarnings() {
        let policy = FindingPolicy(levels: [.init("a/b"): .warning, .init("a/c"): .note], isStrict: true)
        let judged = policy.judge([Self.finding("a/b", .error), Self.finding("a/c"), Self.finding("a/d")])
        #expect(judged.shown.map(\.severity) == [.error, .note, .error])
    }

    @Test func suppressionsKeepTheirReasonAndCoverTheirSubjectOnly() {
        let policy = FindingPolicy(suppressions: [
            .init(.init("a/b"), of: "shop", because: "we know"), .init(.init("a/c"), because: "all of them"),
            .init(.init("a/d"), of: "cart", because: "nothing"),
        ])
        let beam = Diagnostic.Place.binary(.init(path: "x.beam", module: "shop"))
        let judged = policy.judge([
            Self.finding("a/b", application: "shop"), Self.finding("a/b", module: "shop"),
            Self.finding("a/b", at: beam),
            Self.finding("a/b", application: "other"), Self.finding("a/c", .error), Self.finding("a/d", module: "shop"),
        ])
        #expect(judged.shown.map(\.id.rawValue) == ["a/b", "a/d"])
        #expect(judged.suppressed.map(\.reason) == ["we know", "we know", "we know", "all of them"])
        #expect(judged.remarks.map(\.id) == [.policyUnusedSuppression])
        #expect(!judged.hasErrors)
    }

    @Test func errorsAboutWhatCannotBeReadStay() {
        let unreadable = Self.finding("host/missing", .error)
        let own = Self.finding("a/own", .error)
        let policy = FindingPolicy(
            levels: [.init("host/missing"): .off, .init("a/own"): .warning],
            suppressions: [.init(.init("host/missing"), because: "no")], firm: [.init("a/own")])
        let judged = policy.judge([unreadable, own, unreadable], against: Baseline(of: [unreadable, own]))
        #expect(judged.shown == [unreadable, own])
        #expect(judged.suppressed == [] && judged.accepted == [])
        #expect(judged.remarks.map(\.id) == [.policyKeptAsError, .policyKeptAsError, .policyStaleBaseline])
        #expect(policy.baseline(of: judged).entries == [])
        // A warning of such an area is like any other.
        #expect(policy.judge([Self.finding("host/missing")]).shown == [])
    }

    @Test func aBaselineAcceptsAsManyAsItCounted() {
        let known = [Self.finding("a/b", module: "m"), Self.finding("a/b", .warning, "gone")]
        let baseline = Baseline(of: known)
        func at(_ line: Int) -> Diagnostic {
            Self.finding("a/b", module: "m", at: .binary(.init(path: "lib/m.beam", module: "m", line: line)))
        }
        let judged = FindingPolicy().judge([at(7), at(9), Self.finding("a/b", module: "n")], against: baseline)
        #expect(judged.accepted == [at(7)])
        #expect(judged.shown == [at(9), Self.finding("a/b", module: "n")])
        #expect(judged.staleEntries.map(\.fingerprint.summary) == ["gone"])
        #expect(judged.remarks.map(\.severity) == [.note])
        #expect(judged.remarks.first?.notes.map(\.text) == ["a/b: gone"])
        #expect(judged.hasBaseline)
    }

    @Test func whatABaselineWroteItReads() throws {
        let findings = [
            Self.finding("a/b", .error, "x \"y\"\n\u{1f600}", application: "shop", module: "m", direction: .up),
            Self.finding("a/a"), Self.finding("a/a"),
        ]
        let written = Baseline(of: findings)
        #expect(written.bytes == Baseline(of: findings.reversed()).bytes)
        var found: [Diagnostic] = []
        let read = try #require(Baseline.read(SourceFile(path: "b.json", bytes: written.bytes), &found))
        #expect(found == [] && read.entries == written.entries && read.path == "b.json")
        #expect(read.entries.map(\.count) == [2, 1])
        let judged = FindingPolicy().judge(findings, against: read)
        // Two that are the same to a reader are one, so one of two entries stays unused: that is not stale.
        #expect(judged.shown == [] && judged.staleEntries == [])
    }

    @Test(arguments: [
        "", "[]", "{}", #"{"schemaVersion":2,"findings":[]}"#, #"{"schemaVersion":1}"#,
        #"{"schemaVersion":1,"findings":[{"id":"a/b"}]}"#,
        #"{"schemaVersion":1,"findings":[{"id":"a/b","summary":"","count":0}]}"#,
        #"{"schemaVersion":1,"findings":[{"id":"a/b","summary":"","direction":"left"}]}"#,
    ])
    func whatIsNoBaselineIsAFinding(text: String) {
        var found: [Diagnostic] = []
        #expect(Baseline.read(SourceFile(path: "b.json", bytes: Array(text.utf8)), &found) == nil)
        #expect(found.map(\.id) == [.policyNotABaseline] && found.hasErrors)
    }

    @Test func everyPrefixOfABaselineIsRefused() {
        let bytes = Baseline(of: [Self.finding("a/b", .error, "ö", module: "m")]).bytes
        for count in 0..<bytes.count - 1 {
            var found: [Diagnostic] = []
            #expect(Baseline.read(SourceFile(path: "b", bytes: Array(bytes.prefix(count))), &found) == nil)
            #expect(found.count == 1)
        }
    }

    @Test(arguments: [
        ("`/tmp/x/shop.rel` is odd", "`shop.rel` is odd"), ("lib/a-1.0/ebin/a.app:12:5 is odd", "a.app is odd"),
        ("`handle_call/3` and `m:f/1` stay", "`handle_call/3` and `m:f/1` stay"),
        ("`appup/no-entry` stays", "`appup/no-entry` stays"), ("line 12, byte 7", "line N, byte N"),
        ("a.erl:3 and 1.4.2 -> 1.5.0", "a.erl and 1.4.2 -> 1.5.0"), ("12 modules", "12 modules"), ("a / b", "a / b"),
        ("", ""), ("/", "/"),
    ])
    func fingerprintsHaveNoPlaces(summary: String, kept: String) {
        #expect(Self.finding("a/b", .error, summary).fingerprint.summary == kept)
    }

    @Test func fingerprintsAreStable() {
        let print = Self.finding("a/b", .error, "odd", application: "shop").fingerprint
        #expect(print.digits.utf8.count == 16)
        #expect(print.digits == Self.finding("a/b", .note, "odd", application: "shop").fingerprint.digits)
        #expect(print.digits != Self.finding("a/b", .error, "odd", module: "shop").fingerprint.digits)
    }
}
