package import Diagnostics
import ReleaseModel

/// What the errors about the contents of files mean.
extension Explanation {
    package static let fileErrors: [Explanation] =
        Self.resourceErrors + [
            file(
                .bootNotAScript, "a boot script is not one",
                "A boot script is `{script, {Name, Version}, [Command]}` with strings for name and version.", nil,
                ["relift inspect shop.boot"], "Make it again from the `.rel` file: `relift script`."),
            file(
                .bootNotATerm, "a boot file holds no term",
                "A `.boot` file is a boot script in Erlang's external format. This one is cut off, damaged or another file.",
                nil, ["relift inspect shop.boot"], "Make it again from the `.rel` file: `relift script`."),
            file(
                .bootUnknownCommand, as: .warning, "a boot script has a command that `init` does not know",
                "The node may not start with it.", nil, ["relift inspect shop.boot"],
                "Make it again from the `.rel` file: `relift script`."),
            file(
                .relupNotARelup, "a relup is not one",
                "A relup is `{Version, [{Version, Description, Script}], [{Version, Description, Script}]}`.", nil,
                ["relift tar shop.rel --lib lib"], "Make it again: `relift relup NEW --from OLD`."),
            file(
                .relupIllegalEntry, "an entry of a relup is not one",
                "An entry is `{Version, Description, Script}`, and the script a list of instructions.", nil,
                ["relift tar shop.rel --lib lib"], "Make it again: `relift relup NEW --from OLD`."),
            file(
                .releasesNotAList, "`releases/RELEASES` holds no list of releases",
                "The release handler finds there which releases a node has and which one it runs. Without it nothing can be "
                    + "installed.", nil, ["relift status --root /opt/shop"],
                "Take the file from a backup, or install the release anew."),
            file(
                .releasesIllegalEntry, "an entry of `releases/RELEASES` is not one",
                "An entry is `{release, Name, Version, ERTSVersion, [{App, Version, Folder}], Status}`.", nil,
                ["relift status --root /opt/shop"], "Take the file from a backup, or install the release anew."),
            file(
                .releasesRepeatedVersion, as: .warning, "`releases/RELEASES` lists a version twice",
                "Every operation works on the first entry; the second is never looked at.", nil,
                ["relift status --root /opt/shop"], "Remove the one that is wrong while the node is stopped."),
            file(
                .startErlDataNotTwoWords, "`releases/start_erl.data` does not hold two words",
                "It holds the version of ERTS and that of the release to start, with a space between. Without them the "
                    + "start script cannot start the node.", nil, ["relift status --root /opt/shop"],
                "Write the two versions, such as `13.1.5 1.4.2`."),
            file(
                .startErlDataUnsafeName, "a version in `releases/start_erl.data` is no name of a folder",
                "The start script looks for folders of these names below the root.", nil,
                ["relift status --root /opt/shop"], "Write the two versions, such as `13.1.5 1.4.2`."),
            file(
                .sysConfigNotAList, "a configuration is not a list",
                "A configuration is `[{Application, [{Parameter, Value}]}].`. A node does not start with anything else.",
                [.release("shop.rel", "1", []), File("sys.config", "{cart, [{a,1}]}.")],
                ["relift script shop.rel --lib lib", "relift tar shop.rel --lib lib"],
                "Write brackets around it: `[{cart, [{a,1}]}].`"),
            file(
                .sysConfigIllegalEntry, "an entry of a configuration is not one",
                "An entry is `{Application, [{Parameter, Value}]}`, and in `sys.config` itself also the name of another file.",
                [.release("shop.rel", "1", []), File("sys.config", "[{cart, a, 1}].")],
                ["relift script shop.rel --lib lib", "relift tar shop.rel --lib lib"],
                "Write `{Application, [{Parameter, Value}]}`."),
            file(
                .sysConfigIllegalParameter, as: .warning, "a parameter of a configuration is not one",
                "A parameter is `{Name, Value}` with an atom as name.",
                [.release("shop.rel", "1", []), File("sys.config", "[{cart, [{\"a\",1}]}].")],
                ["relift script shop.rel --lib lib", "relift tar shop.rel --lib lib"], "Write `{Name, Value}`."),
            file(
                .vmArgsNotText, "an argument of `vm.args` is not UTF-8", "The runtime system takes text only.", nil,
                ["relift status --root /opt/shop"], "Save the file as UTF-8."),
            file(
                .vmArgsOpenQuote, as: .warning, "a quote in `vm.args` is never closed",
                "The argument goes on to the end of the file, with every flag in it.", nil,
                ["relift status --root /opt/shop"], "Close the quote."),
            file(
                .vmArgsMissingValue, "a flag of `vm.args` lacks its value",
                "The runtime system takes the next flag for the value, or does not start.", nil,
                ["relift status --root /opt/shop"], "Write the value behind the flag, or remove the flag."),
            file(
                .hybridBootApplicationMissing, "the new boot script does not load `stdlib` or `sasl`",
                "A change of the runtime system boots once with the new kernel, stdlib and sasl among the old applications.",
                nil, ["relift systools"], "Add the application to the new release."),
            file(
                .hybridBootNotAScript, "a boot script for a change of the runtime system is not one",
                "A boot script is `{script, {Name, Version}, [Command]}`.", nil, ["relift systools"],
                "Make it again from the `.rel` file: `relift script`."),
            file(
                .hybridBootNoPath, "a boot script sets no code path",
                "`{path, Paths}` must stand between `{progress, modules_loaded}` and the processes of the kernel.", nil,
                ["relift systools"], "Make it again from the `.rel` file: `relift script`."),
            file(
                .hybridBootNotEndingInStarted, "a boot script does not end in `{progress, started}`",
                "The call that goes on with the upgrade is put in front of that command.", nil, ["relift systools"],
                "Make it again from the `.rel` file: `relift script`."),
        ]

    // MARK: - .rel, .app and .appup

    private static let script = ["relift script shop.rel --lib lib"]
    private static let relup = ["relift relup new.rel --from old.rel --lib lib"]

    private static let resourceErrors: [Explanation] = [
        file(
            .termFileNotOneTerm, "a file does not hold exactly one term",
            "Files of this kind are one term that ends with a dot; OTP refuses an empty one and one with more.",
            nil, ["relift relup new.rel --from old.rel --lib lib"], "Remove what stands behind the first dot."),
        file(
            .relNotARelease, "a `.rel` file does not describe a release",
            "It holds `{release, {Name, Version}, {erts, Version}, [Application]}`.",
            [File("shop.rel", "{release, \"shop\", \"1\", [{kernel,\"8.5\"},{stdlib,\"4.2\"}]}.")], Self.script,
            "Write `{release, {\"NAME\",\"VERSION\"}, {erts,\"VERSION\"}, [{kernel,\"VERSION\"}, …]}.`"),
        file(
            .relNotAString, "something in a `.rel` file must be a string",
            "Names and versions of releases and versions of applications are strings in double quotes.",
            [
                File(
                    "shop.rel",
                    "{release, {shop,\"1\"}, {erts,\"13.1\"},\n [{kernel,\"8.5\"},{stdlib,\"4.2\"},{sasl,\"4.2\"}]}.")
            ], Self.script, "Write it in double quotes."),
        file(
            .relUnsafeVersion, "a version in a `.rel` file cannot be part of a path",
            "It becomes the name of a file or folder, so it may not be empty, `.`, `..` or hold a `/`.",
            [.release("shop.rel", "1/2", [])], Self.script, "Choose another version."),
        file(
            .relUnsafeName, "a name in a `.rel` file cannot be part of a path",
            "It becomes the name of a file or folder, so it may not be empty, `.`, `..` or hold a `/`.",
            [.release("shop.rel", "1", ["{'../cart',\"1\"}"])], Self.script, "Choose another name."),
        file(
            .relIllegalApplication, "an entry of a `.rel` file is no application",
            "An entry is `{App, \"Vsn\"}`, perhaps with a start type, a list of included applications, or both in this order.",
            [.release("shop.rel", "1", ["{cart,\"1\",permament}"])], Self.script,
            "Write `{App,\"Vsn\"}`; the finding names the start type that was perhaps meant."),
        file(
            .appNotAnApplication, "an `.app` file does not describe an application",
            "It holds `{application, Name, [{Key, Value}]}`, and the name is that of the file.",
            [
                .release("shop.rel", "1", ["{cart,\"1\"}"]),
                File("lib/cart-1/ebin/cart.app", "{aplication, cart, [{vsn,\"1\"}]}."),
            ], Self.script, "Write `{application, NAME, [{vsn, \"VERSION\"}, …]}.`"),
        file(
            .appMissingKey, "an `.app` file lacks a key that every application needs",
            "systools wants `description`, `vsn`, `modules`, `registered` and `applications` in each.",
            [
                .release("shop.rel", "1", ["{cart,\"1\"}"]),
                File(
                    "lib/cart-1/ebin/cart.app",
                    "{application, cart,\n [{description,\"\"}, {vsn,\"1\"}, {modules,[]}, {applications,[kernel,stdlib]}]}."
                ),
            ], Self.script, "Add the key; `[]` is a value of all of them but `vsn`."),
        file(
            .appUnsafeName, "a name in an `.app` file cannot be part of a path",
            "It becomes part of a path, so it may not be empty, `.`, `..` or hold a `/`.",
            [
                .release("shop.rel", "1", ["{cart,\"1\"}"]),
                .application("cart", "1", modules: ["'../server'"]),
            ], Self.script, "Choose another name."),
        file(
            .appupNotAnAppup, "an appup is not one",
            "It holds `{Version, [{Version, [Instruction]}], [{Version, [Instruction]}]}`: the ways up and the ways down.",
            nil, Self.relup, "Let `relift appup OLD NEW` write it."),
        file(
            .appupScriptNotAList, "the script of an appup's entry is not a list",
            "systools crashes over it when the version of the entry matches.",
            nil, Self.relup, "Put the instructions in `[` and `]`."),
    ]

    private static func file(
        _ id: Diagnostic.ID, as severity: Diagnostic.Severity = .error, _ title: String, _ meaning: String,
        _ files: [File]?, _ commands: [String], _ wayOut: String...
    ) -> Explanation {
        Explanation(
            id, as: severity, title, meaning: meaning,
            example: Example(files ?? [], commands, isComplete: files != nil), wayOut: wayOut)
    }
}
