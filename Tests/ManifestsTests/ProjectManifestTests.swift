import Diagnostics
import ErlangTerms
import ReleaseModel
import TestSupport
import Testing

@testable import Manifests

/// What relx and rebar3 can say in a manifest: profiles, modes, versions by others, releases that extend others.
@Suite struct ProjectManifestTests {
    /// One release with one profile and what comes out, as pairs of key and value.
    private func values(
        _ text: String, form: Manifest.Form = .relxSection, profiles: [String] = [], release: String? = nil
    ) throws -> (rows: [String: [String]], findings: [Diagnostic]) {
        var (manifest, findings, _) = read(text, form: form, profiles: profiles)
        let effective = try #require(manifest?.effective(release: release, &findings), "\(findings)")
        return (Dictionary(grouping: effective.rows, by: \.key).mapValues { $0.map(\.value) }, findings)
    }

    // MARK: - Profiles

    static let project = """
        {relx, [{release, {a, "1"}, [x]}, {sys_config, "s"}, {vm_args, "o"}, {overlay, [{mkdir, "old"}]},
                {lib_dirs, ["own"]}]}.
        {profiles, [{prod, [{relx, [{vm_args, "n"}, {debug_info, strip}, {overlay, [{mkdir, "new"}]},
                                    {release, {a, "1"}, [x, y]}]}]},
                    {dev, [{relx, [{dev_mode, true}, {vm_args, "d"}]}]},
                    {test, [{erl_opts, [debug_info]}]}]}.
        """

    @Test func aProfileWinsOverWhatThereWas() throws {
        let (rows, findings) = try values(Self.project, profiles: ["prod"])
        #expect(findings == [])
        #expect(rows["vm_args"] == ["\"n\""])
        #expect(rows["sys_config"] == ["\"s\""])
        #expect(rows["application"] == ["x", "y"])
        #expect(rows["debug_info"] == ["strip"])
        #expect(rows["overlay"] == ["{mkdir, \"old\"}", "{mkdir, \"new\"}"])
        #expect(
            rows["lib_dirs"] == [
                "\"_build/prod/checkouts\"", "\"_build/prod/lib\"", "\"_build/default/lib\"", "\"own\"",
            ])
        #expect(rows["mode"] == ["prod"] && rows["include_erts"] == ["true"])
    }

    @Test func theLastProfileWins() throws {
        let (rows, _) = try values(Self.project, profiles: ["prod", "dev"])
        #expect(rows["vm_args"] == ["\"d\""])
        #expect(rows["mode"] == ["dev"] && rows["include_erts"] == ["false"])
        #expect(rows["lib_dirs"]?.prefix(2) == ["\"_build/prod+dev/checkouts\"", "\"_build/prod+dev/lib\""])
    }

    @Test(arguments: [[], ["default"], ["test"]])
    func withoutSettingsOfAProfileAllIsAsWritten(_ profiles: [String]) throws {
        let (rows, findings) = try values(Self.project, profiles: profiles)
        #expect(findings == [])
        #expect(rows["vm_args"] == ["\"o\""] && rows["overlay"] == ["{mkdir, \"old\"}"])
        // relx builds without a runtime system where nothing is said.
        #expect(rows["include_erts"] == ["false"])
    }

    @Test func aProfileThatThereIsNotIsToldOf() throws {
        let (_, findings) = try values(Self.project, profiles: ["prud"])
        #expect(findings.map(\.id) == [.manifestUnknownProfile])
        #expect(findings.first?.help == ["did you mean `prod`?"])
    }

    @Test func aProfileMayHaveTheOnlySettings() throws {
        let text = "{profiles, [{prod, [{relx, [{release, {a, \"1\"}, []}]}]}]}."
        #expect(try values(text, profiles: ["prod"]).rows["release"] == ["a"])
        #expect(read(text, form: .relxSection).findings.map(\.id) == [.manifestNoRelxSection])
        let wrong = "{relx, []}. {profiles, [{prod, [{relx, prod}]}]}."
        let findings = read(wrong, form: .relxSection, profiles: ["prod"]).findings
        #expect(findings.map(\.id) == [.manifestNoRelxSection] && findings.first?.pointedAt == "{relx, prod}")
    }

    /// `rebar_utils:tup_umerge/2` of the installed rebar3 answers for random lists.
    @Test(.enabled(if: OTP.isInstalled && Rebar3.isInstalled))
    func profilesAreMergedAsByRebar3() async throws {
        var random = SystemRandomNumberGenerator()
        let keys = ["include_erts", "overlay", "vm_args", "release", "mode", "zz"]
        func list() -> String {
            "["
                + (0..<Int.random(in: 0...6, using: &random)).map { _ in
                    "{\(keys.randomElement(using: &random) ?? "a"), \(Int.random(in: 0...3, using: &random))}"
                }.joined(separator: ",") + "]"
        }
        let cases = (0..<60).map { _ in (old: list(), new: list()) }
        let terms = cases.map { "{\($0.old),\($0.new)}" }.joined(separator: ",")
        let output = try await Rebar3.evaluate(
            """
            lists:foreach(fun({O, N}) ->
              [{relx, M}] = dict:to_list(rebar_opts:merge_opts(dict:from_list([{relx, N}]), dict:from_list([{relx, O}]))),
              io:format("~w.~n", [M]) end, [\(terms)])
            """)
        let expected = output.split(separator: "\n").map(String.init)
        #expect(expected.count == cases.count, "\(output)")
        for (example, expected) in zip(cases, expected) {
            let text = "{relx, \(example.old)}. {profiles, [{p, [{relx, \(example.new)}]}]}."
            var findings: [Diagnostic] = []
            let source = SourceFile(path: "rebar.config", bytes: Array(text.utf8))
            let file = try #require(TermText.parseFile(source, &findings))
            let merged = try #require(ProfileMerge(of: file, ["p"]).terms)
            #expect(TermPrinter.line(.list(merged.map(\.term))) + "." == expected, "\(example)")
        }
    }

    @Test func severalOverlaysAreTakenInTheOrderOfRebar3() throws {
        let text = "{overlay, [{mkdir, \"a\"}]}. {overlay, [{mkdir, \"b\"}]}. {release, {a, \"1\"}, []}."
        #expect(try values(text, form: .relxTerms).rows["overlay"] == ["{mkdir, \"b\"}", "{mkdir, \"a\"}"])
        #expect(try values(text, form: .terms).rows["overlay"] == ["{mkdir, \"a\"}", "{mkdir, \"b\"}"])
    }

    // MARK: - Modes

    @Test(arguments: [
        ("{mode, prod}.", "prod", "true", "strip", "false"),
        ("{mode, minimal}.", "minimal", "false", "strip", "false"),
        ("{mode, dev}.", "dev", "false", "keep", "true"),
        ("{dev_mode, true}.", "dev", "false", "keep", "true"),
        ("{dev_mode, false}.", "none", "true", "keep", "false"),
        ("{mode, prod}. {include_erts, false}. {debug_info, keep}.", "prod", "false", "keep", "false"),
        ("{dev_mode, true}. {dev_mode, false}. {include_erts, true}.", "none", "true", "keep", "true"),
        ("{mode, prod}. {dev_mode, false}.", "prod", "true", "strip", "false"),
    ])
    func aModeStandsForOtherSettings(
        _ text: String, mode: String, runtime: String, debugInformation: String, sources: String
    ) throws {
        let (rows, findings) = try values("{release, {a, \"1\"}, []}. " + text, form: .terms)
        #expect(findings.allSatisfy { $0.id == .manifestGivenTwice } && findings.count < 3)
        #expect(rows["mode"] == [mode])
        #expect(rows["include_erts"] == [runtime])
        #expect(rows["debug_info"] == [debugInformation])
        #expect(rows["include_src"] == [sources])
    }

    /// As most projects have it: links while developing, copies in `prod`.
    @Test func aProfileTurnsTheDevelopmentModeOff() throws {
        let text = """
            {relx, [{release, {a, "1"}, []}, {dev_mode, true}, {include_erts, false}]}.
            {profiles, [{prod, [{relx, [{dev_mode, false}, {include_erts, true}]}]}]}.
            """
        #expect(try values(text).rows["mode"] == ["dev"])
        let (rows, findings) = try values(text, profiles: ["prod"])
        #expect(findings == [] && rows["mode"] != ["dev"] && rows["include_erts"] == ["true"])
    }

    @Test func aReleaseMayBeOutOfTheModeOfAll() throws {
        let text = "{dev_mode, true}. {release, {a, \"1\"}, [], [{dev_mode, false}]}."
        #expect(try values(text, form: .terms).rows["mode"] == ["none"])
    }

    @Test func whatAModeOverridesIsToldOf() throws {
        let (rows, findings) = try values(
            "{release, {a, \"1\"}, []}. {include_erts, false}. {debug_info, strip}. {mode, prod}.", form: .terms)
        #expect(rows["include_erts"] == ["true"])
        #expect(findings.map(\.id) == [.manifestGivenTwice])
        #expect(findings.first?.summary.contains("include_erts") == true)
    }

    // MARK: - Configuration files

    struct FileChoiceCase: Sendable {
        var settings: String
        var system: String
        var arguments: String
        var findings: [Diagnostic.ID] = []
    }

    @Test(arguments: [
        FileChoiceCase(
            settings: "", system: "\"config/sys.config.src\" or \"config/sys.config\", if it is there",
            arguments: "\"config/vm.args.src\" or \"config/vm.args\", if it is there"),
        FileChoiceCase(
            settings: "{sys_config_src, false}. {vm_args, false}.",
            system: "\"config/sys.config\", if it is there", arguments: "false"),
        FileChoiceCase(
            settings: "{sys_config_src, \"s\"}. {sys_config, \"t\"}. {vm_args, \"v\"}.", system: "\"s\"",
            arguments: "\"v\"", findings: [.manifestBothFiles]),
        FileChoiceCase(
            settings: "{sys_config, false}. {vm_args_src, \"v\"}. {vm_args, undefined}.", system: "false",
            arguments: "\"v\""),
    ])
    func configurationFilesAreChosenAsByRelx(_ example: FileChoiceCase) throws {
        let (rows, findings) = try values("{release, {a, \"1\"}, []}. " + example.settings, form: .relxTerms)
        #expect(findings.map(\.id) == example.findings)
        #expect(rows["sys_config"] == [example.system])
        #expect(rows["vm_args"] == [example.arguments])
    }

    // MARK: - Versions

    @Test(arguments: [
        ("git", VersionSource.gitTag), ("\"git\"", .gitTag), ("semver", .gitTag), ("{semver, \"x\"}", .gitTag),
        ("{git, short}", .gitCommit(isShort: true)), ("{git, long}", .gitCommit(isShort: false)),
        ("{cmd, \"echo 1\"}", .command("echo 1")), ("{file, <<\"VERSION\">>}", .file("VERSION")),
    ])
    func aVersionMayBeKnownByOthers(_ written: String, _ source: VersionSource) throws {
        let manifest = try #require(read("{release, {a, \(written)}, []}.").manifest)
        #expect(manifest.versionSources(release: nil) == [source])
        #expect(manifest.versionSources(release: "a") == [source])
        var findings: [Diagnostic] = []
        let known = ManifestFacts(versions: [source: .success("2.0.1")])
        #expect(manifest.effective(release: "a-2.0.1", facts: known, &findings)?.version.text == "2.0.1")
        #expect(findings == [])
        let failed = ManifestFacts(versions: [source: .failure(VersionFailure("no tag", help: ["tag it"]))])
        #expect(manifest.effective(release: nil, facts: failed, &findings) == nil)
        #expect(findings.map(\.id) == [.manifestVersionNotFound])
        #expect(findings.first?.pointedAt == written && findings.first?.help.first == "tag it")
        findings = []
        let unusable = ManifestFacts(versions: [source: .success("a/b")])
        #expect(manifest.effective(release: nil, facts: unusable, &findings) == nil)
        #expect(findings.map(\.id) == [.manifestBadVersion])
    }

    @Test func onlyTheVersionsOfTheWantedReleaseAreAskedFor() throws {
        let manifest = try #require(
            read("{release, {a, git}, []}. {release, {b, {cmd, \"x\"}}, []}. {release, {c, \"1\"}, []}.").manifest)
        #expect(manifest.versionSources(release: "b") == [.command("x")])
        #expect(manifest.versionSources(release: "c") == [])
        #expect(manifest.versionSources(release: nil) == [.gitTag, .command("x")])
    }

    // MARK: - Extended releases

    static let extended = """
        {release, {base, "1"}, [sasl, {x, load}], [{include_erts, false}]}.
        {release, {web, "1", {extend, base}}, [{x, "2"}, y]}.
        {release, {all, "2", {extend, {web, "1"}}}, [z, {sasl, none}]}.
        """

    @Test func aReleaseHasTheApplicationsOfThoseItExtends() throws {
        #expect(
            try values(Self.extended, form: .terms, release: "web").rows["application"]
                == ["sasl", "{x, \"2\"}", "y"])
        let rows = try values(Self.extended, form: .terms, release: "all").rows
        #expect(rows["application"] == ["{sasl, none}", "{x, \"2\"}", "y", "z"])
        #expect(rows["include_erts"] == ["true"], "settings are not extended, as in relx")
    }

    @Test(arguments: [
        ("{release, {a, \"1\", {extend, b}}, []}.", Diagnostic.ID.manifestUnknownBase, "b"),
        (
            "{release, {a, \"1\", {extend, {b, \"2\"}}}, []}. {release, {b, \"1\"}, []}.", .manifestUnknownBase,
            "{b, \"2\"}"
        ),
        ("{release, {a, \"1\", {extend, a}}, []}.", .manifestExtendsItself, "a"),
        (
            "{release, {a, \"1\", {extend, b}}, []}. {release, {b, \"1\", {extend, a}}, []}.", .manifestExtendsItself,
            "a"
        ),
    ])
    func aReleaseMustExtendAnotherThatThereIs(_ text: String, _ id: Diagnostic.ID, _ pointedAt: String) throws {
        let manifest = try #require(read(text).manifest)
        var findings: [Diagnostic] = []
        #expect(manifest.effective(release: "a", &findings) == nil)
        #expect(findings.map(\.id) == [id])
        #expect(findings.first?.pointedAt == pointedAt)
    }
}
