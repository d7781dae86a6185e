package import Diagnostics
import ReleaseModel

/// The kinds of findings about manifests.
extension Diagnostic.ID {
    package static let manifestNotASetting = Self("manifest/not-a-setting")
    package static let manifestUnknownKey = Self("manifest/unknown-key")
    package static let manifestWrongValue = Self("manifest/wrong-value")
    package static let manifestGivenTwice = Self("manifest/given-twice")
    package static let manifestNotYetSupported = Self("manifest/not-yet-supported")
    package static let manifestBadRelease = Self("manifest/bad-release")
    package static let manifestBadName = Self("manifest/bad-name")
    package static let manifestBadVersion = Self("manifest/bad-version")
    package static let manifestBadApplication = Self("manifest/bad-application")
    package static let manifestApplicationListedTwice = Self("manifest/application-listed-twice")
    package static let manifestReleaseGivenTwice = Self("manifest/release-given-twice")
    package static let manifestNoRelease = Self("manifest/no-release")
    package static let manifestNoRelxSection = Self("manifest/no-relx-section")
    package static let manifestUnknownRelease = Self("manifest/unknown-release")
    package static let manifestAmbiguousRelease = Self("manifest/ambiguous-release")
    package static let manifestUnknownFinding = Self("manifest/unknown-finding")
    package static let manifestUnknownProfile = Self("manifest/unknown-profile")
    package static let manifestVersionNotFound = Self("manifest/version-not-found")
    package static let manifestUnknownBase = Self("manifest/unknown-base")
    package static let manifestExtendsItself = Self("manifest/extends-itself")
    package static let manifestScriptNotRun = Self("manifest/script-not-run")
    package static let manifestSecondManifest = Self("manifest/second-manifest")
    package static let manifestBothFiles = Self("manifest/both-files")
}

/// A release as it is written, to copy.
private let exampleRelease = "{release, {my_release, \"1.0.0\"}, [sasl, my_application]}."

extension Diagnostic {
    // MARK: - Settings

    @inline(never)
    static func notASetting(_ written: String, at place: Place) -> Self {
        Self(
            .manifestNotASetting, .error, "this is not a setting: `\(written)`", at: place,
            explanation: "A manifest is a list of terms `{Key, Value}.` and `{release, …}.`.")
    }

    @inline(never)
    static func unknownKey(_ name: String, meant: String?, at place: Place) -> Self {
        Self(
            .manifestUnknownKey, .error, "there is no setting `\(name)`", at: place,
            explanation: "It would have no effect, and the release would not be what was meant.",
            help: [
                meant.map { "did you mean `\($0)`?" }
                    ?? "settings are " + SettingKey.allCases.map { "`\($0.rawValue)`" }.joined(separator: ", ")
            ])
    }

    @inline(never)
    static func wrongValue(key: String, form: String, example: String, _ written: String, at place: Place) -> Self {
        Self(
            .manifestWrongValue, .error, "`\(key)` takes \(form), not `\(written)`", at: place,
            help: ["for example: \(example)"])
    }

    @inline(never)
    static func settingGivenTwice(_ name: String, at place: Place, first: Place) -> Self {
        Self(
            .manifestGivenTwice, .warning, "`\(name)` is set twice; this value counts", at: place,
            notes: [Note("the first value, which has no effect, is here", at: first)],
            help: ["remove one of them"])
    }

    // MARK: - What relx can and we cannot

    @inline(never)
    static func unsupportedKey(_ key: UnsupportedKey, at place: Place) -> Self {
        Self(
            .manifestNotYetSupported, .warning, "relift does not act upon `\(key.name)`: \(key.consequence)",
            at: place, explanation: "relx knows this setting. The release is built without it.")
    }

    /// relx's word for a profile that nothing is set for would be silence.
    @inline(never)
    static func unknownProfile(_ name: String, known: [String], in source: SourceFile) -> Self {
        Self(
            .manifestUnknownProfile, .warning, "there is no profile `\(name)`", at: .file(source.path),
            explanation:
                "It sets nothing; only the folder that compiled applications are looked for in is another one.",
            help: [
                NearestName.of(name, among: known).map { "did you mean `\($0)`?" }
                    ?? (known.isEmpty
                        ? "add it: {profiles, [{\(name), [{relx, [{mode, prod}]}]}]}."
                        : "profiles are " + known.map { "`\($0)`" }.joined(separator: ", "))
            ])
    }

    @inline(never)
    static func overriddenByMode(_ key: SettingKey, _ mode: BuildMode, at place: Place, first: Place) -> Self {
        Self(
            .manifestGivenTwice, .warning, "`{mode, \(mode.rawValue)}` sets `\(key.rawValue)` again; this value counts",
            at: place,
            explanation: "A mode stands for other settings, and of two values the last one counts.",
            notes: [Note("the first value, which has no effect, is here", at: first)],
            help: ["write `mode` before it, or remove one of them"])
    }

    // MARK: - Overlays

    @inline(never)
    static func badOverlayStep(_ written: String, meant: String?, at place: Place) -> Self {
        Self(
            .manifestWrongValue, .error, "this is not a step of an overlay: `\(written)`", at: place,
            explanation:
                "A step is `{mkdir, To}`, `{copy, From, To}`, `{link, From, To}`, `{template, From, To}`, "
                + "`{template, From, To, VariablesFile}` or `{chmod, Mode, Path}`, with paths as strings.",
            help: [meant.map { "did you mean `\($0)`?" } ?? "for example: {copy, \"README.md\", \"doc/README.md\"}"])
    }

    @inline(never)
    static func badMode(_ written: String, at place: Place) -> Self {
        Self(
            .manifestWrongValue, .error, "`\(written)` cannot be the mode of a file", at: place,
            explanation: "It is a number of permission bits, or a template as a string that becomes a decimal number.",
            help: ["for example: {chmod, 8#755, \"bin/tool\"}"])
    }

    // MARK: - Start scripts

    @inline(never)
    static func unknownHookPhase(_ name: String, _ written: String, at place: Place) -> Self {
        let phases = StartScriptHook.Phase.allCases.map(\.rawValue)
        return Self(
            .manifestWrongValue, .error, "the start script has no phase `\(written)`", at: place,
            help: [
                NearestName.of(name, among: phases).map { "did you mean `\($0)`?" }
                    ?? "phases are " + phases.map { "`\($0)`" }.joined(separator: ", ")
            ])
    }

    @inline(never)
    static func unknownHook(_ written: String, at place: Place) -> Self {
        Self(
            .manifestWrongValue, .error, "there is no hook `\(written)`", at: place,
            help: [
                "hooks are `pid`, `{pid, \"FILE\"}`, `wait_for_vm_start`, `{wait_for_process, NAME}`, `builtin_status` and "
                    + "`{custom, \"SCRIPT\"}`"
            ])
    }

    @inline(never)
    static func misplacedHook(_ written: String, _ phase: StartScriptHook.Phase, at place: Place) -> Self {
        Self(
            .manifestWrongValue, .error, "hook `\(written)` cannot run in phase `\(phase.rawValue)`", at: place,
            explanation: "relx leaves it out with a word in its log.",
            help: [
                "of relx's own hooks, those that wait run in `post_start`; `{custom, \"SCRIPT\"}` runs in every phase"
            ])
    }

    // MARK: - Versions

    @inline(never)
    static func versionNotFound(_ version: WrittenVersion, _ failure: VersionFailure, at place: Place) -> Self {
        Self(
            .manifestVersionNotFound, .error, "the version by `\(version)` cannot be found out: \(failure.reason)",
            at: place, explanation: "relx would build release `0.0.0`.",
            help: failure.help + ["or write the version as a string: `\"1.0.0\"`"])
    }

    @inline(never)
    static func versionUnusable(_ version: WrittenVersion, gave text: String, at place: Place) -> Self {
        Self(
            .manifestBadVersion, .error,
            "`\(version)` gives `\(text.prefix(60))`, which cannot be the version of a release",
            at: place,
            explanation: "The version becomes part of paths: it is a string that is not empty and has no `/`.")
    }

    @inline(never)
    static func bothFiles(_ key: SettingKey, _ source: SettingKey, at place: Place, source other: Place) -> Self {
        Self(
            .manifestBothFiles, .warning, "`\(key.rawValue)` has no effect beside `\(source.rawValue)`", at: place,
            notes: [Note("this file is taken", at: other)], help: ["remove one of them"])
    }

    // MARK: - Releases

    @inline(never)
    static func badRelease(_ written: String, at place: Place) -> Self {
        Self(
            .manifestBadRelease, .error, "this is not a release: `\(written)`", at: place,
            explanation:
                "A release is `{release, {Name, Version}, Applications}`; `{erts, Version}` may stand before the "
                + "applications and a list of settings behind them.",
            help: ["for example: \(exampleRelease)"])
    }

    @inline(never)
    static func badName(_ written: String, of kind: String, at place: Place) -> Self {
        Self(
            .manifestBadName, .error,
            "`\(written)` cannot be the name of \(kind == "application" ? "an" : "a") \(kind)",
            at: place,
            explanation: "The name becomes part of paths: it is an atom that is not empty, `.` or `..` and has no `/`.")
    }

    @inline(never)
    static func badVersion(_ written: String, of kind: String, at place: Place) -> Self {
        let article = kind == "release" ? "a" : "an"
        return Self(
            .manifestBadVersion, .error, "`\(written)` cannot be the version of \(article) \(kind)", at: place,
            explanation: "The version becomes part of paths: it is a string that is not empty and has no `/`.",
            help: ["write it as a string: `\"1.0.0\"`"])
    }

    @inline(never)
    static func badReleaseSettings(_ written: String, at place: Place) -> Self {
        Self(
            .manifestBadRelease, .error, "the settings of a release are a list, not `\(written)`", at: place,
            help: ["for example: {release, {my_release, \"1.0.0\"}, [my_application], [{include_erts, false}]}."])
    }

    @inline(never)
    static func badExtension(_ written: String, at place: Place) -> Self {
        Self(
            .manifestBadRelease, .error, "a release extends `Name` or `{Name, Version}`, not `\(written)`", at: place,
            help: ["for example: {release, {my_release, \"1.0.0\", {extend, other_release}}, [my_application]}."])
    }

    @inline(never)
    static func unknownBase(_ base: ReleaseDefinition.Base, known: [ReleaseDefinition], at place: Place) -> Self {
        let names = known.map(\.name.value.text)
        let name = base.version.map { "\(base.name)` `\($0)" } ?? base.name.text
        return Self(
            .manifestUnknownBase, .error, "there is no release `\(name)` to extend", at: place,
            notes: known.filter { $0.name.value == base.name }.map {
                Note("there is `\($0.name.value)` `\($0.version.value)`")
            },
            help: [
                NearestName.of(base.name.text, among: names).map { "did you mean `\($0)`?" }
                    ?? "name a release of this manifest: `{extend, NAME}` or `{extend, {NAME, \"VERSION\"}}`"
            ])
    }

    @inline(never)
    static func extendsItself(_ name: ReleaseName, at place: Place) -> Self {
        Self(
            .manifestExtendsItself, .error, "release `\(name)` extends itself", at: place,
            explanation: "Its applications would never be known.",
            help: ["extend another release, or list the applications"])
    }

    @inline(never)
    static func releaseGivenTwice(_ release: ReleaseDefinition, at place: Place, first: Place) -> Self {
        Self(
            .manifestReleaseGivenTwice, .error,
            "release `\(release.name.value)` `\(release.version.value)` is defined twice", at: place,
            notes: [Note("the first definition is here", at: first)])
    }

    @inline(never)
    static func noRelease(in source: SourceFile) -> Self {
        Self(
            .manifestNoRelease, .error, "the manifest defines no release", at: .file(source.path),
            help: ["add one: \(exampleRelease)"])
    }

    @inline(never)
    static func noRelxSection(at place: Place) -> Self {
        Self(
            .manifestNoRelxSection, .error, "there is no `{relx, [Setting]}` here", at: place,
            explanation: "In a rebar.config, that list holds the releases.",
            help: ["add one, or write a `relift.config`: \(exampleRelease)"])
    }

    @inline(never)
    static func unknownRelease(_ name: String, known: [String], at place: Place) -> Self {
        var names: [String] = []
        for name in known where !names.contains(name) { names.append(name) }
        return Self(
            .manifestUnknownRelease, .error, "the manifest defines no release `\(name)`", at: place,
            help: [
                NearestName.of(name, among: names).map { "did you mean `\($0)`?" }
                    ?? "it defines " + names.map { "`\($0)`" }.joined(separator: ", ")
            ])
    }

    @inline(never)
    static func ambiguousRelease(_ candidates: [ReleaseDefinition], in manifest: Manifest) -> Self {
        let names = candidates.map { "\($0.name.value)-\($0.version.value)" }
        return Self(
            .manifestAmbiguousRelease, .error, "the manifest defines \(candidates.count) releases to choose from",
            at: .file(manifest.source.path),
            notes: candidates.map { Note("`\($0.name.value)` `\($0.version.value)`", at: manifest.place($0.name)) },
            help: [
                "choose one with `--release \(names.first ?? "")`",
                "or set the usual one: {default_release, {\(candidates.first?.name.value.text ?? ""), "
                    + "\"\(candidates.first?.version.value.description ?? "")\"}}.",
            ])
    }

    // MARK: - Applications

    @inline(never)
    static func badApplications(_ written: String, at place: Place) -> Self {
        Self(
            .manifestBadApplication, .error, "the applications of a release are a list, not `\(written)`", at: place,
            help: ["for example: \(exampleRelease)"])
    }

    @inline(never)
    static func badApplication(_ written: String, at place: Place) -> Self {
        Self(
            .manifestBadApplication, .error, "this is not an application: `\(written)`", at: place,
            explanation:
                "An application is its name, or a tuple of its name and one or more of version, start type and list of "
                + "included applications, in this order.",
            help: ["for example: `my_application`, `{my_application, \"1.0.0\"}` or `{my_application, load}`"])
    }

    @inline(never)
    static func badStartType(_ written: String, name: String, at place: Place) -> Self {
        let types = StartType.allCases.map(\.rawValue)
        return Self(
            .manifestBadApplication, .error, "there is no start type `\(written)`", at: place,
            help: [
                NearestName.of(name, among: types).map { "did you mean `\($0)`?" }
                    ?? "start types are " + types.map { "`\($0)`" }.joined(separator: ", ")
            ])
    }

    @inline(never)
    static func applicationListedTwice(_ name: String, at place: Place, first: Place) -> Self {
        Self(
            .manifestApplicationListedTwice, .error, "application `\(name)` is listed twice", at: place,
            notes: [Note("it is listed first here", at: first)], help: ["remove one of them"], application: name)
    }
}
