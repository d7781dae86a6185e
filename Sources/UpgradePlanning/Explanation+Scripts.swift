package import Diagnostics
import ReleaseModel

/// What the errors about the scripts of appups and relups mean.
extension Explanation {
    package static let scripts: [Explanation] = [
        script(
            .appupUnknownInstruction, "an instruction that there is not",
            "OTP refuses the script, in older versions with a message that names the wrong line of its own source.",
            "{load_modul,cart_server}", "Correct the name; the finding shows the one that was perhaps meant."),
        script(
            .appupMalformedInstruction, "an instruction has another form than OTP takes",
            "Each instruction is a tuple of certain sizes with certain elements; the finding shows its forms.",
            "{load_module,\"cart_server\"}", "Write one of the forms that the finding shows."),
        script(
            .appupNotImplemented, "an instruction that OTP documents and does not implement",
            "`mnesia_backup` is accepted when the script is made and fails when it runs.", "mnesia_backup",
            "Call `mnesia:backup/1` with an `apply`."),
        script(
            .appupTwoPointsOfNoReturn, "a script has more than one `point_of_no_return`",
            "What comes before it must be harmless, what comes after it cannot be undone: there is one border.",
            "point_of_no_return, point_of_no_return", "Keep the first one."),
        script(
            .appupTooEarly, "an instruction stands before `point_of_no_return`",
            "Only `load_object_code` and `apply` may stand there, since they can fail without harm.",
            "{suspend,[cart_server]}, point_of_no_return, {resume,[cart_server]}", "Put it behind `point_of_no_return`."
        ),
        script(
            .appupNoObjectCode, "a module is loaded that no `load_object_code` reads",
            "The low-level instruction `load` loads what was read before the point of no return.",
            "point_of_no_return, {load,{cart_server,brutal_purge,brutal_purge}}",
            "Write `{load_module,MODULE}`, which does both.", "Or add `{load_object_code,{APP,VSN,[MODULE]}}` in front."
        ),
        script(
            .appupNotResumed, "processes are suspended and never resumed",
            "They would wait for ever, and so would everybody who calls them.",
            "point_of_no_return, {suspend,[cart_server]}", "Add `{resume,[MODULE]}` at the end."),
        script(
            .appupNotSuspended, "processes are resumed that were not suspended",
            "The instruction does nothing, or the `suspend` that belongs to it is missing or misspelt.",
            "point_of_no_return, {resume,[cart_server]}", "Add `{suspend,[MODULE]}` in front, or remove it."),
        script(
            .appupNotStopped, "processes are started that were not stopped",
            "`start` starts only those again that a `stop` of the script ended.",
            "point_of_no_return, {start,[cart_server]}", "Add `{stop,[MODULE]}` in front, or remove it."),
        script(
            .appupNotStarted, "processes are stopped and never started",
            "Their part of the application would be gone after the upgrade.",
            "point_of_no_return, {stop,[cart_server]}", "Add `{start,[MODULE]}` at the end."),
        script(
            .appupMalformedPattern, "a key of an appup is a regular expression that cannot be read",
            "systools fails when it comes to this key; keys behind it are not looked at.", nil,
            "Correct the pattern, or write the version as a string."),
        script(
            .appupUnsupportedPattern, "a pattern of an appup cannot be judged",
            "It uses parts of regular expressions that relift does not evaluate, so which versions it fits is not known.",
            nil,
            "Write it without backward references, recursion and conditions, or write the versions as strings."),
        script(
            .appupExpensivePattern, "a pattern of an appup takes too long to match",
            "Repetitions inside repetitions can take time without end; the search was given up.", nil,
            "Write the pattern without a repetition inside another."),
        script(
            .appupVersionNotBumped, "the code of an application changed, and its version did not",
            """
            An upgrade skips applications with equal versions: the node would go on with the old code, under the new \
            release's name. And two builds of one version cannot be told apart by anyone.
            """, nil, "Give the application another version in its `.app` file."),
        script(
            .appupNoObjectFile, "a module that an application lists has no `.beam` file",
            "Whether it changed cannot be told.", nil, "Compile the application, or remove the module from `modules`."),
        // Supervisors
        script(
            .appupChildUpdated, as: .note, "a child of a supervisor has another restart type, shutdown or the like",
            "The update of the supervisor takes it over; it counts for the running child from then on.", nil,
            "There is nothing to do."),
        script(
            .appupChildrenReordered, as: .note, "a supervisor starts its children in another order",
            """
            The running children stay as they are. The order counts when several of them are started again, by \
            `rest_for_one` or `one_for_all`.
            """, nil, "There is nothing to do, unless a child needs another one that now comes later."),
        script(
            .appupChildrenNotReadable, as: .note, "not all children of a supervisor can be told from its code",
            """
            `init/1` computes some of them at run time. Which children an update would have to start and to end is not known \
            for these, so nothing is generated for them.
            """, nil, "Add `apply`s of `supervisor:start_child/2` or `terminate_child/2` where children come or go."),
        script(
            .appupChildrenUncertain, as: .note, "children of a supervisor perhaps come or go",
            "The code has them under a condition, or builds their list; whether they are there in both versions is not known.",
            nil, "Look at `init/1`, and add the `apply`s that the finding shows where they are needed."),
        // Relups
        relup(
            .relupMissingSasl, "a release to upgrade from or to has no `sasl`",
            "`sasl` holds the release handler, which applies upgrade scripts.",
            [.release("old.rel", "1", sasl: nil, []), .release("new.rel", "2", [])],
            "Add `sasl` to the applications of both releases."),
        relup(
            .relupNoAppup, "an application changes its version and has no appup",
            "What to do with its processes and modules is said nowhere, so no script can be made.",
            Self.versions, "Let `relift appup OLD NEW` write it."),
        relup(
            .relupNoEntry, "an appup has no entry for the version to come from or to go to",
            "Versions are compared as texts; the first entry that fits is taken.",
            Self.versions + [.appup("cart", "2", "{\"2\", [{\"0.9\",[]}], [{\"0.9\",[]}]}.")],
            "Let `relift appup OLD NEW --merge` add the entry."),
        script(
            .relupNoSuchApplication, "an instruction names an application that is not there",
            "`add_application` needs it in the release that the script leads to, `remove_application` in the one it comes "
                + "from, `restart_application` in both.", "{restart_application,kart}", "Correct the name."),
        script(
            .relupApplicationStays, "an application is removed that the new release has",
            "Its code would be gone while the release says that it runs.", "{remove_application,cart}",
            "Write `{restart_application,NAME}` to start it again with its new code."),
        script(
            .relupModuleTwice, "two instructions change one module",
            """
            The instructions of all applications form one script, and a module has one place in it. Adding or restarting an \
            application counts as changing all of its modules.
            """, "{load_module,cart_server}, {load_module,cart_server}", "Keep one of them."),
        script(
            .relupUndefinedDependency, "an instruction depends on a module that does not change",
            "DepMods say in which order modules change; one that does not change has no place in it.",
            "{load_module,cart_server,[cart_store]}", "Remove it from the DepMods."),
        script(
            .relupNoSuchModule, "an instruction names a module that no application has",
            "The code of a module is read out of the application that lists it.", "{load_module,kart_server}",
            "Correct the name, or add the module to `modules` of the `.app` file."),
        script(
            .relupConflictingVersions, "a script reads object code of two versions of an application",
            "All code of an application comes from one folder.",
            "{load_object_code,{cart,\"2\",[cart_server]}},\n         {load_object_code,{cart,\"3\",[cart_server]}},\n"
                + "         point_of_no_return, {load,{cart_server,brutal_purge,brutal_purge}}",
            "Correct the version in `load_object_code`."),
    ]

    private static let versions: [File] = [
        .release("old.rel", "1", ["{cart,\"1\"}"]), .release("new.rel", "2", ["{cart,\"2\"}"]),
        .application("cart", "1", modules: ["cart_server"]), .application("cart", "2", modules: ["cart_server"]),
    ]

    private static func relup(
        _ id: Diagnostic.ID, _ title: String, _ meaning: String, _ files: [File], _ wayOut: String...
    ) -> Explanation {
        Explanation(
            id, as: .error, title, meaning: meaning,
            example: Example(files, ["relift relup new.rel --from old.rel --lib lib"]), wayOut: wayOut)
    }

    /// An explanation with an appup of these instructions as its example; nil where it takes more than that.
    private static func script(
        _ id: Diagnostic.ID, as severity: Diagnostic.Severity = .error, _ title: String, _ meaning: String,
        _ instructions: String?, _ wayOut: String...
    ) -> Explanation {
        let appup = instructions.map {
            [File.appup("cart", "2", "{\"2\",\n [{\"1\", [\($0)]}],\n [{\"1\", []}]}.")]
        }
        return Explanation(
            id, as: severity, title, meaning: meaning,
            example: Example(
                Self.versions + (appup ?? []), ["relift relup new.rel --from old.rel --lib lib"],
                isComplete: appup != nil), wayOut: wayOut)
    }
}
