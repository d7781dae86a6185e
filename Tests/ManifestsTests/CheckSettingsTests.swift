import Diagnostics
import Testing

@testable import Manifests

@Suite struct CheckSettingsTests {
    private static func settings(_ text: String) -> (settings: CheckSettings?, findings: [Diagnostic]) {
        var findings: [Diagnostic] = []
        let source = SourceFile(path: "relift.config", bytes: Array(text.utf8))
        return (CheckSettings.read(source, &findings), findings)
    }

    @Test func theSettingsAreAPolicy() throws {
        let (read, findings) = Self.settings(
            """
            {release, {shop, "1"}, []}.
            {check, [{severity, 'appup/a', warning}, {severity, "appup/b", off}, {severity, 'appup/a', error},
                     {suppress, 'appup/c', "it is known"}, {suppress, {'appup/d', shop_sup}, <<"only logs">>}]}.
            """)
        #expect(findings == [])
        let policy = try #require(read).policy
        #expect(policy.levels == [.init("appup/a"): .error, .init("appup/b"): .off])
        #expect(policy.suppressions.map(\.reason) == ["it is known", "only logs"])
        #expect(policy.suppressions.map(\.subject) == [nil, "shop_sup"])
        #expect(
            policy.suppressions.map { Diagnostic(.init("x/y"), .note, "", at: $0.place).pointedAt } == [
                "'appup/c'", "'appup/d'",
            ])
    }

    @Test func withoutTheSettingNothingIsSaid() {
        #expect(Self.settings("{release, {shop, \"1\"}, []}.").settings == CheckSettings())
    }

    @Test(arguments: [
        ("{check, x}.", "{check, x}"), ("{check}.", "{check}"), ("{check, [x]}.", "x"),
        ("{check, [{severity, 'appup/a'}]}.", "{severity, 'appup/a'}"),
        ("{check, [{severity, 'appup/a', warn}]}.", "warn"),
        ("{check, [{severity, appup, error}]}.", "{severity, appup, error}"),
        ("{check, [{suppress, 'a/b'}]}.", "{suppress, 'a/b'}"),
        ("{check, [{suppress, 'a/b', \" \"}]}.", "{suppress, 'a/b', \" \"}"),
        ("{check, [{suppress, {'a/b', \"x\"}, \"r\"}]}.", "{suppress, {'a/b', \"x\"}, \"r\"}"),
    ])
    func wrongSettingsArePointedAt(text: String, pointedAt: String) {
        let (settings, findings) = Self.settings(text)
        #expect(settings == nil)
        #expect(findings.map(\.id) == [.manifestWrongValue])
        #expect(findings.first?.pointedAt == pointedAt)
        #expect(findings.first?.help.isEmpty == false)
        // The manifest as a whole says the same.
        #expect(read("{release, {shop, \"1\"}, [kernel]}.\n" + text).findings.map(\.id) == [.manifestWrongValue])
    }

    @Test func unknownIDsGetTheNearestOne() throws {
        let (read, _) = Self.settings("{check, [{severity, 'appup/no-entri', off}, {suppress, 'x/y', \"r\"}]}.")
        let findings = try #require(read).unknownIDs(known: [.init("appup/no-entry"), .init("relup/no-entry")])
        #expect(findings.map(\.pointedAt) == ["'appup/no-entri'", "'x/y'"])
        #expect(findings.first?.help == ["did you mean `appup/no-entry`?"])
    }
}
