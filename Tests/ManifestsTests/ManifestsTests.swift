import Diagnostics
import ErlangTerms
import ReleaseModel
import TestSupport
import Testing

@testable import Manifests

/// Reads a manifest and keeps what was found.
func read(
    _ text: String, form: Manifest.Form = .terms, profiles: [String] = []
) -> (manifest: Manifest?, findings: [Diagnostic], source: SourceFile) {
    let source = SourceFile(path: "relift.config", bytes: Array(text.utf8))
    var findings: [Diagnostic] = []
    let manifest = Manifest.read(source, form: form, profiles: profiles, &findings)
    return (manifest, findings, source)
}

extension Diagnostic {
    /// The text of the manifest that the finding points at; empty if it points at no text.
    var pointedAt: String {
        guard case .source(let range) = self.place else { return "" }
        return String(
            decoding: range.file.bytes[Int(range.bytes.lowerBound)..<Int(range.bytes.upperBound)], as: UTF8.self)
    }
}

@Suite struct ManifestTests {
    @Test func everySettingIsReadWithItsPlace() throws {
        let text = """
            %% a comment
            {release, {shop, "1.4.2"}, {erts, "13.1.5"}, [
                sasl, {shop, permanent}, {cart, "0.3.0"}, {web, "1.0", load}, {db, "2.0", transient, [pool, cache]},
                {log, []}, {old, "1", [x]}, {stat, none, [y]}
            ]}.
            {default_release, {shop, "1.4.2"}}.
            {include_erts, "/opt/erlang"}. {system_libs, false}.
            {sys_config, "config/sys.config"}. {vm_args, false}.
            {lib_dirs, ["_build/default/lib", <<"deps/*"/utf8>>]}.
            """
        let (read, findings, source) = read(text)
        #expect(findings == [])
        let manifest = try #require(read)
        func at(_ range: ByteRange) -> String {
            String(decoding: source.bytes[Int(range.lowerBound)..<Int(range.upperBound)], as: UTF8.self)
        }
        let release = try #require(manifest.releases.first)
        #expect(manifest.releases.count == 1)
        #expect(release.name.value.text == "shop" && at(release.name.range) == "shop")
        #expect(release.version.value.description == "1.4.2" && at(release.version.range) == "\"1.4.2\"")
        #expect(release.runtime?.value.text == "13.1.5")
        let applications = release.applications
        #expect(applications.map(\.name.value.name) == ["sasl", "shop", "cart", "web", "db", "log", "old", "stat"])
        #expect(applications.map(\.version?.value.text) == [nil, nil, "0.3.0", "1.0", "2.0", nil, "1", nil])
        #expect(
            applications.map(\.type?.value) == [nil, .permanent, nil, .load, .transient, nil, nil, StartType.none])
        #expect(
            applications.map { $0.included?.value.map(\.name) }
                == [nil, nil, nil, nil, ["pool", "cache"], [], ["x"], ["y"]])
        #expect(applications.compactMap(\.type).map { at($0.range) } == ["permanent", "load", "transient", "none"])
        #expect(manifest.defaultRelease?.value.description == "shop-1.4.2")
        #expect(manifest.settings.includeRuntime?.value == .from("/opt/erlang"))
        #expect(manifest.settings.systemLibraries?.value == .notIncluded)
        #expect(manifest.settings.systemConfiguration?.value == .file("config/sys.config"))
        #expect(manifest.settings.vmArguments?.value == FileChoice.none)
        #expect(manifest.settings.libraryFolders.map(\.value) == ["_build/default/lib", "deps/*"])
        #expect(manifest.settings.libraryFolders.map { at($0.range) }.last == "<<\"deps/*\"/utf8>>")
    }

    /// A manifest without `release` around the case's text is completed, so that only the case can be wrong.
    struct Case: Sendable, CustomTestStringConvertible {
        var text: String
        var id: Diagnostic.ID
        var pointedAt: String
        var severity: Diagnostic.Severity
        var help: String?
        var testDescription: String { self.text }

        init(
            _ text: String, _ id: Diagnostic.ID, _ pointedAt: String, _ severity: Diagnostic.Severity = .error,
            help: String? = nil
        ) {
            self.text = text
            self.id = id
            self.pointedAt = pointedAt
            self.severity = severity
            self.help = help
        }
    }

    static let wrong: [Case] = [
        // Not settings
        Case("foo.", .manifestNotASetting, "foo"),
        Case("[{include_erts, true}].", .manifestNotASetting, "[{include_erts, true}]"),
        Case("{include_erts}.", .manifestNotASetting, "{include_erts}"),
        Case("{include_erts, true, 1}.", .manifestNotASetting, "{include_erts, true, 1}"),
        Case("{\"include_erts\", true}.", .manifestNotASetting, "{\"include_erts\", true}"),
        Case("{}.", .manifestNotASetting, "{}"),
        Case("{default_release, a, b}.", .manifestNotASetting, "{default_release, a, b}"),
        // Unknown keys
        Case("{include_ert, true}.", .manifestUnknownKey, "include_ert", help: "did you mean `include_erts`?"),
        Case("{libs_dir, []}.", .manifestUnknownKey, "libs_dir", help: "did you mean `lib_dirs`?"),
        Case("{realese, {a, \"1\"}, []}.", .manifestUnknownKey, "realese", help: "did you mean `release`?"),
        Case("{zzz, {a, \"1\"}, []}.", .manifestNotASetting, "{zzz, {a, \"1\"}, []}"),
        Case("{defualt_release, a}.", .manifestUnknownKey, "defualt_release", help: "did you mean `default_release`?"),
        Case("{overlays, []}.", .manifestUnknownKey, "overlays", help: "did you mean `overlay`?"),
        Case(
            "{zzz, []}.", .manifestUnknownKey, "zzz",
            help: "settings are " + SettingKey.allCases.map { "`\($0.rawValue)`" }.joined(separator: ", ")),
        // Wrong values
        Case("{include_erts, yes}.", .manifestWrongValue, "yes", help: "for example: {include_erts, true}."),
        Case("{include_erts, \"\"}.", .manifestWrongValue, "\"\""),
        Case("{include_erts, \"a\\0b\"}.", .manifestWrongValue, "\"a\\0b\""),
        Case("{include_erts, {true}}.", .manifestWrongValue, "{true}"),
        Case("{system_libs, 1}.", .manifestWrongValue, "1", help: "for example: {system_libs, true}."),
        Case("{sys_config, sys}.", .manifestWrongValue, "sys"),
        Case("{sys_config, true}.", .manifestWrongValue, "true"),
        Case("{sys_config, [\"a\", \"b\"]}.", .manifestWrongValue, "[\"a\", \"b\"]"),
        Case("{vm_args, #{}}.", .manifestWrongValue, "#{}"),
        Case("{vm_args, <<255>>}.", .manifestWrongValue, "<<255>>"),
        Case("{lib_dirs, \"lib\"}.", .manifestWrongValue, "\"lib\"", help: "for example: {lib_dirs, [\"lib\"]}."),
        Case("{lib_dirs, lib}.", .manifestWrongValue, "lib"),
        Case("{lib_dirs, [\"a\", b]}.", .manifestWrongValue, "b"),
        Case("{lib_dirs, [\"a\" | b]}.", .manifestWrongValue, "[\"a\" | b]"),
        Case("{default_release, {a, \"1\", 2}}.", .manifestWrongValue, "{a, \"1\", 2}"),
        Case("{default_release, {}}.", .manifestWrongValue, "{}"),
        Case("{default_release, 1}.", .manifestBadName, "1"),
        Case("{default_release, {a, b}}.", .manifestBadVersion, "b"),
        // Twice
        Case(
            "{vm_args, \"a\"}. {vm_args, \"b\"}.", .manifestGivenTwice, "{vm_args, \"b\"}", .warning,
            help: "remove one of them"),
        Case("{default_release, a}. {default_release, a}.", .manifestGivenTwice, "{default_release, a}", .warning),
        // Releases
        Case("{release, a, []}.", .manifestBadRelease, "{release, a, []}"),
        Case("{release, {a, \"1\"}}.", .manifestBadRelease, "{release, {a, \"1\"}}"),
        Case("{release, {a}, []}.", .manifestBadRelease, "{a}"),
        Case("{release, {a, \"1\", b}, []}.", .manifestBadRelease, "{a, \"1\", b}"),
        Case("{release, {a, \"1\"}, [], [], []}.", .manifestBadRelease, "{release, {a, \"1\"}, [], [], []}"),
        Case("{release, {a, \"1\"}, {erts, \"1\"}}.", .manifestBadRelease, "{release, {a, \"1\"}, {erts, \"1\"}}"),
        Case("{release, {a, \"1\"}, [], include_erts}.", .manifestBadRelease, "include_erts"),
        Case("{release, {'a/b', \"1\"}, []}.", .manifestBadName, "'a/b'"),
        Case("{release, {'..', \"1\"}, []}.", .manifestBadName, "'..'"),
        Case("{release, {\"\", \"1\"}, []}.", .manifestBadName, "\"\""),
        Case("{release, {1, \"1\"}, []}.", .manifestBadName, "1"),
        Case("{release, {a, 1.0}, []}.", .manifestBadVersion, "1.0"),
        Case("{release, {a, \"../x\"}, []}.", .manifestBadVersion, "\"../x\""),
        Case("{release, {a, \"\"}, []}.", .manifestBadVersion, "\"\""),
        Case("{release, {a, \"1\"}, {erts, 13}, []}.", .manifestBadVersion, "{erts, 13}"),
        Case("{release, {a, \"1\"}, {erts}, []}.", .manifestBadVersion, "{erts}"),
        Case("{release, {ok, \"1\"}, []}.", .manifestReleaseGivenTwice, "ok"),
        // Applications
        Case("{release, {a, \"1\"}, \"sasl\"}.", .manifestBadApplication, "\"sasl\""),
        Case("{release, {a, \"1\"}, sasl}.", .manifestBadApplication, "sasl"),
        Case("{release, {a, \"1\"}, [sasl | x]}.", .manifestBadApplication, "[sasl | x]"),
        Case("{release, {a, \"1\"}, [\"sasl\"]}.", .manifestBadApplication, "\"sasl\""),
        Case("{release, {a, \"1\"}, [{sasl}]}.", .manifestBadApplication, "{sasl}"),
        Case("{release, {a, \"1\"}, [{}]}.", .manifestBadApplication, "{}"),
        Case("{release, {a, \"1\"}, [{sasl, 4.2}]}.", .manifestBadApplication, "{sasl, 4.2}"),
        Case("{release, {a, \"1\"}, [{sasl, load, \"1\"}]}.", .manifestBadApplication, "{sasl, load, \"1\"}"),
        Case("{release, {a, \"1\"}, [{sasl, [\"x\"]}]}.", .manifestBadApplication, "{sasl, [\"x\"]}"),
        Case(
            "{release, {a, \"1\"}, [{sasl, \"1\", load, [], x}]}.", .manifestBadApplication,
            "{sasl, \"1\", load, [], x}"),
        Case(
            "{release, {a, \"1\"}, [{sasl, permanet}]}.", .manifestBadApplication, "permanet",
            help: "did you mean `permanent`?"),
        Case("{release, {a, \"1\"}, [{sasl, \"a/b\"}]}.", .manifestBadVersion, "\"a/b\""),
        Case("{release, {a, \"1\"}, ['']}.", .manifestBadName, "''"),
        Case("{release, {a, \"1\"}, [sasl, b, {sasl, load}]}.", .manifestApplicationListedTwice, "sasl"),
        // Versions that somebody else knows
        Case("{release, {a, {git, tiny}}, []}.", .manifestBadVersion, "{git, tiny}"),
        Case("{release, {a, {git}}, []}.", .manifestBadVersion, "{git}"),
        Case("{release, {a, {cmd, date}}, []}.", .manifestBadVersion, "{cmd, date}"),
        Case("{release, {a, {cmd, \"\"}}, []}.", .manifestBadVersion, "{cmd, \"\"}"),
        Case("{release, {a, {file, 1}}, []}.", .manifestBadVersion, "{file, 1}"),
        Case("{release, {a, tag}, []}.", .manifestBadVersion, "tag"),
        // Extended releases
        Case("{release, {a, \"1\", {extend}}, []}.", .manifestBadRelease, "{extend}"),
        Case("{release, {a, \"1\", {extend, {b}}}, []}.", .manifestBadRelease, "{extend, {b}}"),
        Case("{release, {a, \"1\", {extend, 1}}, []}.", .manifestBadName, "1"),
        Case("{release, {a, \"1\", {extend, {b, c}}}, []}.", .manifestBadVersion, "c"),
        // Modes and words
        Case("{mode, production}.", .manifestWrongValue, "production", help: "for example: {mode, prod}."),
        Case("{mode, \"prod\"}.", .manifestWrongValue, "\"prod\""),
        Case("{dev_mode, dev}.", .manifestWrongValue, "dev", help: "for example: {dev_mode, true}."),
        Case("{debug_info, stripp}.", .manifestWrongValue, "stripp", help: "for example: {debug_info, strip}."),
        Case("{debug_info, false}.", .manifestWrongValue, "false"),
        Case("{include_src, 1}.", .manifestWrongValue, "1"),
        Case("{src_tests, no}.", .manifestWrongValue, "no"),
        Case("{check_for_undefined_functions, []}.", .manifestWrongValue, "[]"),
        Case("{warnings_as_errors, yes}.", .manifestWrongValue, "yes"),
        Case("{generate_start_script, unix}.", .manifestWrongValue, "unix"),
        Case("{extended_start_script, {true}}.", .manifestWrongValue, "{true}"),
        Case(
            "{include_erts, true}. {mode, dev}.", .manifestGivenTwice, "dev", .warning,
            help: "write `mode` before it, or remove one of them"),
        // Left out
        Case("{exclude_apps, wx}.", .manifestWrongValue, "wx", help: "for example: {exclude_apps, [my_tool]}."),
        Case("{exclude_apps, [\"wx\"]}.", .manifestWrongValue, "\"wx\""),
        Case("{exclude_apps, \"wx\"}.", .manifestWrongValue, "\"wx\""),
        Case("{exclude_modules, [shop]}.", .manifestWrongValue, "shop"),
        Case("{exclude_modules, [{shop, cart}]}.", .manifestWrongValue, "{shop, cart}"),
        Case("{exclude_modules, [{shop, [\"cart\"]}]}.", .manifestWrongValue, "{shop, [\"cart\"]}"),
        // Sources of configuration
        Case("{sys_config_src, true}.", .manifestWrongValue, "true"),
        Case("{vm_args_src, [a]}.", .manifestWrongValue, "[a]"),
        // Overlays
        Case("{overlay, \"x\"}.", .manifestWrongValue, "\"x\""),
        Case("{overlay, {copy, \"a\", \"b\"}}.", .manifestWrongValue, "{copy, \"a\", \"b\"}"),
        Case("{overlay, [mkdir]}.", .manifestWrongValue, "mkdir"),
        Case("{overlay, [{mkdir, x}]}.", .manifestWrongValue, "{mkdir, x}"),
        Case(
            "{overlay, [{cpoy, \"a\", \"b\"}]}.", .manifestWrongValue, "{cpoy, \"a\", \"b\"}",
            help: "did you mean `copy`?"),
        Case("{overlay, [{copy, \"a\"}]}.", .manifestWrongValue, "{copy, \"a\"}"),
        Case("{overlay, [{copy, \"\", \"b\"}]}.", .manifestWrongValue, "{copy, \"\", \"b\"}"),
        Case("{overlay, [{template, \"a\", \"b\", c}]}.", .manifestWrongValue, "{template, \"a\", \"b\", c}"),
        Case(
            "{overlay, [{chmod, 65536, \"a\"}]}.", .manifestWrongValue, "65536",
            help: "for example: {chmod, 8#755, \"bin/tool\"}"),
        Case("{overlay, [{chmod, -1, \"a\"}]}.", .manifestWrongValue, "-1"),
        Case("{overlay, [{chmod, 8#755, a}]}.", .manifestWrongValue, "{chmod, 8#755, a}"),
        Case("{overlay_vars, port}.", .manifestWrongValue, "port"),
        Case("{overlay_vars, [{port}]}.", .manifestWrongValue, "{port}"),
        Case("{overlay_vars, [{\"port\", 1}]}.", .manifestWrongValue, "{\"port\", 1}"),
        Case("{overlay_vars_values, [\"file\"]}.", .manifestWrongValue, "\"file\""),
        // Start scripts
        Case("{health, \"http://shop\"}.", .manifestWrongValue, "\"http://shop\""),
        Case("{health, [{http, \"ftp://shop\"}]}.", .badHealthQuestion, "{http, \"ftp://shop\"}"),
        Case("{extended_start_script_hooks, [pid]}.", .manifestWrongValue, "pid"),
        Case(
            "{extended_start_script_hooks, [{post_strat, []}]}.", .manifestWrongValue, "post_strat",
            help: "did you mean `post_start`?"),
        Case("{extended_start_script_hooks, [{post_start, [pidd]}]}.", .manifestWrongValue, "pidd"),
        Case("{extended_start_script_hooks, [{post_start, [{custom, x}]}]}.", .manifestWrongValue, "{custom, x}"),
        Case("{extended_start_script_hooks, [{pre_start, [pid]}]}.", .manifestWrongValue, "pid"),
        Case("{extended_start_script_extensions, [{go, there}]}.", .manifestWrongValue, "{go, there}"),
        Case("{extended_start_script_extensions, [{'a b', \"x\"}]}.", .manifestWrongValue, "{'a b', \"x\"}"),
        // Of relx, not of relift
        Case("{upfrom, \"1\"}.", .manifestNotYetSupported, "{upfrom, \"1\"}", .warning),
        Case("{overrides, [{a, \"x\"}]}.", .manifestNotYetSupported, "{overrides, [{a, \"x\"}]}", .warning),
        Case(
            "{release, {a, \"1\"}, [], [{exref, true}]}.", .manifestNotYetSupported, "{exref, true}", .warning),
        // Settings of a release
        Case(
            "{release, {a, \"1\"}, [], [{releases, 1}]}.", .manifestUnknownKey, "releases",
            help: "settings are " + SettingKey.allCases.map { "`\($0.rawValue)`" }.joined(separator: ", ")),
        Case("{release, {a, \"1\"}, [], [{vm_args, 1}]}.", .manifestWrongValue, "1"),
        Case("{release, {a, \"1\"}, [], [vm_args]}.", .manifestNotASetting, "vm_args"),
    ]

    @Test(arguments: wrong)
    func whatIsWrongIsOneFindingWithItsPlace(_ example: Case) throws {
        let (manifest, findings, _) = read("{release, {ok, \"1\"}, []}.\n" + example.text)
        try #require(findings.count == 1, "\(findings)")
        #expect(findings[0].id == example.id)
        #expect(findings[0].severity == example.severity)
        #expect(findings[0].pointedAt == example.pointedAt)
        if let help = example.help { #expect(findings[0].help == [help]) }
        #expect((manifest == nil) == (example.severity == .error))
    }

    @Test func everythingThatIsWrongIsReported() {
        let (manifest, findings, _) = read("{vm_arg, 1}. {vm_args, 1}. {release, {'', 1}, [{}, 2]}. foo.")
        #expect(manifest == nil)
        #expect(
            findings.map(\.id) == [
                .manifestUnknownKey, .manifestWrongValue, .manifestBadName, .manifestBadVersion,
                .manifestBadApplication,
                .manifestBadApplication, .manifestNotASetting,
            ])
    }

    @Test(arguments: ["", "%% nothing\n", "{include_erts, true}."])
    func aManifestNeedsARelease(_ text: String) {
        let (manifest, findings, _) = read(text)
        #expect(manifest == nil)
        #expect(findings.map(\.id) == [.manifestNoRelease])
    }

    @Test func valuesThatAskForWhatIsDoneAnywayAreAccepted() {
        let (manifest, findings, _) = read(
            """
            {release, {a, "1"}, []}. {dev_mode, false}. {include_src, false}. {debug_info, keep}.
            {extended_start_script, true}. {overlay, []}. {sys_config, undefined}. {vm_args_src, undefined}.
            """)
        #expect(findings == [])
        #expect(manifest?.settings.systemConfiguration == nil)
    }

    @Test func everyIDBelongsToAnExample() {
        // Those that need a form or a choice have tests of their own.
        let elsewhere: Set<Diagnostic.ID> = [
            .manifestNoRelease, .manifestNoRelxSection, .manifestUnknownRelease, .manifestAmbiguousRelease,
            .manifestUnknownBase, .manifestExtendsItself, .manifestVersionNotFound, .manifestUnknownProfile,
            .manifestBothFiles,
        ]
        let all: Set<Diagnostic.ID> = [
            .manifestNotASetting, .manifestUnknownKey, .manifestWrongValue, .manifestGivenTwice,
            .manifestNotYetSupported, .manifestBadRelease, .manifestBadName, .manifestBadVersion,
            .manifestBadApplication, .manifestApplicationListedTwice, .manifestReleaseGivenTwice, .badHealthQuestion,
        ]
        #expect(Set(Self.wrong.map(\.id)) == all)
        #expect(all.isDisjoint(with: elsewhere))
    }

    // MARK: - rebar.config

    @Test func theSectionOfRebarConfigIsRead() throws {
        let (manifest, findings, _) = read(
            """
            {erl_opts, [debug_info]}. {deps, [cowboy]}.
            {relx, [{release, {shop, "1"}, [shop, sasl]}, {include_erts, false}]}.
            {plugins, []}. {profiles, [{test, [{erl_opts, []}]}]}.
            """, form: .relxSection)
        #expect(findings == [])
        #expect(try #require(manifest).releases.map(\.name.value.text) == ["shop"])
        #expect(manifest?.settings.includeRuntime?.value == .notIncluded)
    }

    @Test(arguments: ["{deps, []}.", "{relx, foo}.", "{relx}.", "{relx, [], []}."])
    func rebarConfigNeedsASection(_ text: String) {
        let (manifest, findings, _) = read(text, form: .relxSection)
        #expect(manifest == nil)
        #expect(findings.map(\.id) == [.manifestNoRelxSection])
    }

    // MARK: - Hostile input

    static let whole = """
        {release, {shop, "1.4.2"}, {erts, "13.1.5"}, [sasl, {shop, permanent}, {db, "2.0", load, [pool]}],
         [{vm_args, false}]}.
        {default_release, {shop, "1.4.2"}}. {lib_dirs, ["a", <<"b">>]}. {overlay, [{copy, "a", "b"}]}.
        {release, {web, git, {extend, {shop, "1.4.2"}}}, []}. {mode, prod}. {overlay_vars, ["v", {a, 1}]}.
        {extended_start_script_hooks, [{post_start, [pid, {custom, "x"}]}]}. {exclude_modules, [{a, [b]}]}.
        """

    @Test func everyPrefixIsReadWithoutHarm() {
        let bytes = Array(Self.whole.utf8)
        for end in bytes.indices {
            var findings: [Diagnostic] = []
            _ = Manifest.read(SourceFile(path: "x", bytes: Array(bytes[..<end])), &findings)
        }
    }

    @Test func everyChangedByteIsReadWithoutHarm() {
        let bytes = Array(Self.whole.utf8)
        for index in bytes.indices {
            for byte: UInt8 in [0, 0x22, 0x27, 0x2c, 0x2e, 0x5b, 0x5d, 0x7b, 0x7d, 0x41, 0x39, 0xff, bytes[index] ^ 1] {
                var changed = bytes
                changed[index] = byte
                var findings: [Diagnostic] = []
                let source = SourceFile(path: "x", bytes: changed)
                let manifest = Manifest.read(source, form: index % 2 == 0 ? .terms : .relxSection, &findings)
                #expect(manifest != nil || findings.hasErrors)
                _ = manifest?.effective(release: nil, &findings)
            }
        }
    }
}
