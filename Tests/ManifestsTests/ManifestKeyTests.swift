import Diagnostics
import ReleaseModel
import TestSupport
import Testing

@testable import Manifests

/// Every setting, wrong in every way that any of them can be wrong in: each is one finding at its place, with a way out.
@Suite struct ManifestKeyTests {
    private static let release = "{release, {ok, \"1\"}, []}.\n"

    /// No setting takes any of these.
    private static let wrongValues = [
        "nonsense", "13", "#{}", "{nonsense}", "<<255>>", "[1000000000]", "[nonsense | true]", "\"\"", "\"a\\0b\"",
        "['']",
    ]

    @Test(arguments: SettingKey.allCases, wrongValues)
    func aValueOfAnotherFormIsRefused(_ key: SettingKey, _ value: String) throws {
        // An empty string is an empty list, `['']` a list of one path for nobody but the lists of names.
        if value == "\"\"", key.form.hasPrefix("a list") || key == .overlayVariables { return }
        let (manifest, findings, _) = read(Self.release + "{\(key.rawValue), \(value)}.")
        try #require(findings.count == 1, "\(findings)")
        #expect(manifest == nil)
        // A list is what `health` takes; what is wrong is the question in it.
        let isQuestion = key == .health && ["[1000000000]", "['']"].contains(value)
        let id: Diagnostic.ID = isQuestion ? .badHealthQuestion : .manifestWrongValue
        #expect(findings[0].id == id && findings[0].severity == .error)
        #expect(!findings[0].pointedAt.isEmpty && value.contains(findings[0].pointedAt), "\(findings[0].pointedAt)")
        #expect(findings[0].help.count == 1 && !(findings[0].help.first ?? "").isEmpty)
        // The same inside a release.
        let inside = read("{release, {ok, \"1\"}, [], [{\(key.rawValue), \(value)}]}.").findings
        #expect(inside.map(\.id) == [id] && inside[0].pointedAt == findings[0].pointedAt)
    }

    /// What a finding offers to copy is right.
    @Test(arguments: SettingKey.allCases)
    func theExampleOfASettingIsRight(_ key: SettingKey) {
        let (manifest, findings, _) = read(Self.release + key.example)
        #expect(manifest != nil && findings == [])
    }

    /// Two letters that have changed places, one too few, one too many.
    @Test(arguments: SettingKey.allCases)
    func aSlipOfThePenIsUnderstood(_ key: SettingKey) throws {
        var swapped = Array(key.rawValue)
        let middle = swapped.count / 2
        swapped.swapAt(middle - 1, middle)
        let slips = [String(swapped), String(key.rawValue.dropLast()), key.rawValue + "s"]
        for slip in slips where SettingKey(rawValue: slip) == nil {
            let (manifest, findings, _) = read(Self.release + "{\(slip), true}.")
            try #require(findings.count == 1, "\(slip): \(findings)")
            #expect(manifest == nil && findings[0].id == .manifestUnknownKey && findings[0].pointedAt == slip)
            #expect(findings[0].help == ["did you mean `\(key.rawValue)`?"], "\(slip)")
        }
    }

    @Test(arguments: SettingKey.allCases)
    func withoutAValueOrWithTwoItIsNoSetting(_ key: SettingKey) {
        for text in ["{\(key.rawValue)}", "{\(key.rawValue), true, true}", "\(key.rawValue)"] {
            let (manifest, findings, _) = read(Self.release + text + ".")
            #expect(manifest == nil && findings.map(\.id) == [.manifestNotASetting])
            #expect(findings.first?.pointedAt == text)
        }
    }

    /// Of two values for one setting the last counts and the first is told of; those that add up may be there twice.
    @Test(arguments: SettingKey.allCases)
    func aSecondValueIsToldOf(_ key: SettingKey) {
        let term = String(key.example.dropLast())
        let (manifest, findings, _) = read(Self.release + "\(term).\n\(term).")
        #expect(manifest != nil)
        if key.addsUp || key == .overlay {
            #expect(findings == [])
        } else {
            #expect(findings.map(\.id) == [.manifestGivenTwice])
            #expect(findings.first?.severity == .warning && findings.first?.pointedAt == term)
            #expect(findings.first?.notes.count == 1, "the first value has a place")
        }
    }

    // MARK: - Several versions of one release

    @Test(
        arguments: [
            (["1.9.0", "1.10.0", "1.2"], "1.10.0"), (["1.0.0-rc.1", "1.0.0"], "1.0.0"),
            (["2.0.0-rc.1", "2.0.0-rc.2"], "2.0.0-rc.2"), (["2.0.0-alpha", "2.0.0-beta"], "2.0.0-beta"),
            (["7", "6.9.9"], "7"), (["tip", "0.0.1"], "0.0.1"), (["01.2.3", "0.1.0"], "0.1.0"),
            (["1.0.0+build.1", "1.0.0+build.2"], nil), (["tip", "top"], nil),
        ] as [([String], String?)])
    func theHighestVersionIsBuiltAsByRelx(_ versions: [String], _ expected: String?) throws {
        for versions in [versions, versions.reversed()] {
            let text = versions.map { "{release, {a, \"\($0)\"}, []}." }.joined(separator: "\n")
            var findings: [Diagnostic] = []
            let manifest = try #require(read(text, form: .relxTerms).manifest)
            #expect(manifest.effective(release: nil, &findings)?.version.text == expected)
            #expect(manifest.effective(release: "a", &findings)?.version.text == expected)
            #expect(findings.isEmpty == (expected != nil))
            // relift's own manifest says it.
            let own = try #require(read(text).manifest)
            #expect(own.effective(release: nil, &findings) == nil)
            #expect(findings.last?.id == .manifestAmbiguousRelease)
        }
    }

    /// `rlx_util` of the installed rebar3 sorts random versions.
    @Test(.enabled(if: OTP.isInstalled && Rebar3.isInstalled))
    func versionsAreOrderedAsByRelx() async throws {
        var random = SystemRandomNumberGenerator()
        func version() -> String {
            let core = (0..<Int.random(in: 1...3, using: &random)).map { _ in
                "\([0, 1, 2, 9, 10].randomElement(using: &random) ?? 0)"
            }.joined(separator: ".")
            return core
                + (["", "", "-rc", "-rc.1", "-a.b.c", "-rc.2", "+x"].randomElement(using: &random) ?? "")
        }
        let pairs = (0..<300).map { _ in (version(), version()) }
        let terms = pairs.map { "{\"\($0.0)\",\"\($0.1)\"}" }.joined(separator: ",")
        let output = try await Rebar3.evaluate(
            """
            [io:format("~w~n", [rlx_util:parsed_vsn_lte(rlx_util:parse_vsn(A), rlx_util:parse_vsn(B))])
             || {A, B} <- [\(terms)]]
            """)
        let expected = output.split(separator: "\n").map { $0 == "true" }
        try #require(expected.count == pairs.count, "\(output)")
        for (pair, expected) in zip(pairs, expected) {
            #expect((RelxVersion(pair.0) <= RelxVersion(pair.1)) == expected, "\(pair)")
        }
    }
}
