package import Diagnostics

/// What is wrong with manifests.
extension Explanation {
    package static let manifests: [Explanation] = [
        manifest(
            .manifestNotASetting, "a term of a manifest is no setting",
            "A manifest is a list of terms `{Key, Value}.` and `{release, …}.`.", "\(Self.release)\nshop.",
            "Remove it, or write it as a pair."),
        manifest(
            .manifestUnknownKey, "a manifest sets what there is not",
            "It would have no effect, and the release would not be what was meant.",
            "\(Self.release)\n{include_ert, true}.",
            "Correct the key; the finding names the one that was perhaps meant."),
        manifest(
            .manifestWrongValue, "a setting has a value of another form",
            "The finding says which form it takes and shows a line to copy.",
            "\(Self.release)\n{include_erts, 13}.", "Write it as the finding shows."),
        manifest(
            .manifestGivenTwice, as: .warning, "a setting is given twice",
            "The last value counts, as with relx. The first one has no effect.", nil, "Remove one of them."),
        manifest(
            .manifestNotYetSupported, as: .warning, "a setting of relx that relift does not act upon",
            """
            relx knows it, relift does not: the release is built without it. The finding says what is different then, and \
            what there is in its place.
            """, nil, "Remove the setting, or do by hand what it asks for."),
        manifest(
            .manifestBothFiles, as: .warning, "a configuration file has no effect beside its source",
            "Of `sys_config` and `sys_config_src`, and of `vm_args` and `vm_args_src`, the source is taken, as with relx.",
            nil,
            "Remove one of the two settings."),
        manifest(
            .manifestUnknownProfile, as: .warning, "a `rebar.config` has no settings for a profile",
            "The profile changes nothing but the folder that compiled applications are looked for in, `_build/PROFILE`.",
            nil,
            "Correct `--profile`, or add the profile to `profiles`."),
        manifest(
            .manifestScriptNotRun, as: .warning, "a `rebar.config.script` is not run",
            "rebar3 lets it change the configuration; it is Erlang code, and building starts no Erlang.", nil,
            "Write what it changes into `rebar.config` or a `relift.config`.",
            "Or let rebar3 print the result and build with `--manifest FILE`."),
        manifest(
            .manifestSecondManifest, as: .warning, "a `relx.config` has no effect beside a `rebar.config`",
            "Where a `rebar.config` has settings of relx, rebar3 takes them and leaves `relx.config` alone.", nil,
            "Remove one of the two, or name the file with `--manifest`."),
        manifest(
            .manifestVersionNotFound, "the version of a release cannot be found out",
            "A manifest may leave it to git, to a file or to a command. relx would build release `0.0.0` then.",
            "{release, {shop, {file, \"VERSION\"}}, [sasl]}.",
            "Do what the finding says, or write the version as a string."),
        manifest(
            .manifestUnknownBase, "a release extends one that there is not",
            "`{extend, Other}` takes the applications of another release of the manifest: of that version, or of its own.",
            "{release, {shop, \"1.0.0\", {extend, base}}, [sasl]}.", "Correct the name or the version."),
        manifest(
            .manifestExtendsItself, "a release extends itself, perhaps through others",
            "Its applications would never be known.",
            "{release, {shop, \"1.0.0\", {extend, web}}, [sasl]}.\n{release, {web, \"1.0.0\", {extend, shop}}, []}.\n"
                + "{default_release, shop}.", "Extend another release, or list the applications."),
        manifest(
            .manifestBadRelease, "a release is not written as one",
            "A release is `{release, {Name, Version}, Applications}`; `{erts, Version}` may stand before the applications and "
                + "a list of settings behind them.", "{release, shop, \"1.0.0\", [sasl]}.",
            "Write `{release, {shop, \"1.0.0\"}, [sasl, APPLICATION]}.`"),
        manifest(
            .manifestBadName, "a name cannot be that of a release or application",
            "Names become part of paths: they are atoms that are not empty, `.` or `..` and have no `/`.",
            "{release, {'shop/cart', \"1.0.0\"}, [sasl]}.", "Choose another name."),
        manifest(
            .manifestBadVersion, "a version is not one",
            "Versions become part of paths: they are strings that are not empty and have no `/`.",
            "{release, {shop, 1}, [sasl]}.", "Write it as a string: `\"1.0.0\"`."),
        manifest(
            .manifestBadApplication, "an application of a release is not written as one",
            "An application is its name, or a tuple of its name and one or more of version, start type and list of included "
                + "applications, in this order.", "{release, {shop, \"1.0.0\"}, [sasl, {cart, now}]}.",
            "Write `cart`, `{cart, \"1.0.0\"}` or `{cart, load}`."),
        manifest(
            .manifestApplicationListedTwice, "a release lists an application twice",
            "It can have one version and one start type only.",
            "{release, {shop, \"1.0.0\"}, [sasl, cart, {cart, load}]}.",
            "Remove one of them."),
        manifest(
            .manifestReleaseGivenTwice, "a manifest defines a release twice",
            "Name and version are the same, so nothing tells the two apart.", "\(Self.release)\n\(Self.release)",
            "Remove one of them, or give it another version."),
        manifest(
            .manifestNoRelease, "a manifest defines no release", "There is nothing to build.",
            "{include_erts, true}.", "Add one: `{release, {my_release, \"1.0.0\"}, [sasl, my_application]}.`"),
        manifest(
            .manifestNoRelxSection, "a `rebar.config` has no `{relx, [Setting]}`",
            "In a `rebar.config`, that list holds the releases.", nil, "Add one, or write a `relift.config`."),
        manifest(
            .manifestUnknownRelease, "a manifest does not define the release that is asked for",
            "The finding lists those it defines.",
            "\(Self.release)\n{release, {web, \"1.0.0\"}, [sasl]}.\n{default_release, shopp}.",
            "Correct the name, in `--release` or in `default_release`."),
        manifest(
            .manifestAmbiguousRelease, "a manifest defines several releases to choose from",
            "One command builds one release.", "\(Self.release)\n{release, {web, \"1.0.0\"}, [sasl]}.",
            "Choose one with `--release NAME`.", "Or set the usual one: `{default_release, NAME}.`"),
        manifest(
            .manifestUnknownFinding, "a manifest speaks of a finding that there is not",
            "A severity or suppression for it would have no effect.", nil,
            "Correct the ID; `relift explain` lists all of them."),
    ]

    private static let release = "{release, {shop, \"1.0.0\"}, [sasl]}."

    private static func manifest(
        _ id: Diagnostic.ID, as severity: Diagnostic.Severity = .error, _ title: String, _ meaning: String,
        _ text: String?, _ wayOut: String...
    ) -> Explanation {
        Explanation(
            id, as: severity, title, meaning: meaning,
            example: Example(
                text.map { [File("relift.config", $0)] } ?? [], ["relift build --lib lib"], isComplete: text != nil),
            wayOut: wayOut)
    }
}
