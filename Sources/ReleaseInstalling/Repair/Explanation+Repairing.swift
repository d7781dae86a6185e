package import Diagnostics

/// What it means when a host has to be repaired, or a release cannot be removed.
extension Explanation {
    package static let repairing: [Explanation] = [
        repairing(
            "repair/operation-cut-off", as: .warning, "an operation on a host did not come to its end",
            "relift, or the node, was killed in the middle of it. What the journal in `releases/.relift` tells is undone, or "
                + "finished where the new release is permanent already. As an error: that was not possible.",
            "See `relift status` and `relift history`.",
            "As an error: follow what the other findings say, and repair again."),
        repairing(
            "repair/node-unreachable", "the node of a host that is to be repaired does not answer",
            "A process runs from the root. Its release handler keeps the records in memory, and would write over what is "
                + "mended behind its back.",
            "Make it reachable with `--node`, `--cookie-file` or `--port`.", "Or stop it, and repair again."),
        repairing(
            "repair/releases-made", as: .warning, "`releases/RELEASES` was made again",
            "It was missing, torn or damaged, since stock code writes over it in place. Without it a node forgets every "
                + "release but the one that runs, and reports nothing.",
            "Nothing is left to do; look at `relift status`."),
        repairing(
            "repair/statuses-written", as: .note, "`releases/RELEASES` says again what the node says of its releases",
            "The same releases were in it, with other statuses: the release handler writes the file only now and then.",
            "Nothing is left to do."),
        repairing(
            "repair/start-data-made", as: .warning, "`releases/start_erl.data` was made again",
            "It was missing, torn, or named another release than the permanent one. A restart would have booted nothing, or "
                + "the wrong release.",
            "Nothing is left to do; look at `relift status`."),
        repairing(
            "repair/permanent-release", as: .warning, "the two records of a host disagreed on the permanent release",
            "A node that dies between its two writes leaves `start_erl.data` with the new release and `RELEASES` with the "
                + "old one. It would boot the one, believe to be the other, and run the wrong script at the next upgrade.",
            "Nothing is left to do: the release that boots is the permanent one."),
        repairing(
            "repair/record-without-libraries", as: .warning, "the record of a release listed no applications",
            "The release handler invents such a record when it finds no `RELEASES`, as in a mix release. Removing another "
                + "version would then delete the libraries that the node runs from.",
            "Nothing is left to do: the applications were taken from the `.rel` file."),
        repairing(
            "repair/temporary-release", as: .warning, "an exchange of the emulator left a temporary release",
            "`__new_emulator__VSN` stays in `RELEASES` for ever when the node dies before the temporary system runs.",
            "Nothing is left to do."),
        repairing(
            "repair/records-read-anew", as: .warning, "the release handler of a node was restarted",
            "It had found no `RELEASES` when it started, had invented a record without applications, and would have "
                + "written it over the one that was mended. It keeps nothing but these records.",
            "Nothing is left to do."),
        repairing(
            "repair/half-unpacked-removed", as: .warning, "a half-unpacked library that no release uses was removed",
            "Files that its `.app` lists were missing, or shorter than they say: a node was killed while it unpacked. Later "
                + "unpacking would have kept the short files.",
            "Install the release again that it came with."),
        repairing(
            "repair/half-unpacked", "a release has a library that is only half unpacked",
            "Files that its `.app` lists are missing, or shorter than they say. Nothing is removed that a release uses.",
            "Where the release does not run: `relift remove VSN`, and install it again.",
            "Where it runs, or boots next: unpack the folder again from its tarball."),
        repairing(
            "repair/no-permanent-release", "nothing says which release of a host boots",
            "`RELEASES` and `start_erl.data` are missing or damaged, there are no copies, and more or less than one release "
                + "lies whole on the disk.",
            "Write `ERTSVERSION RELEASEVERSION` into `releases/start_erl.data`, and repair again."),
        repairing(
            "repair/still-on-trial", "a node could not be led back from a release whose trial was cut off",
            "The script of the way down did not end in the release from before.",
            "Look at the log of the node; a restart boots its permanent release."),
        repairing(
            "remove/no-such-release", "a host has no such release", "There is neither a record nor a folder of it.",
            "`relift status` lists the releases the host has."),
        repairing(
            "remove/in-use", "a release that is to be removed is in use",
            "It runs, or it is what a restart boots.", "Make another release run and commit it first."),
    ]

    private static func repairing(
        _ id: String, as severity: Diagnostic.Severity = .error, _ title: String, _ meaning: String, _ wayOut: String...
    ) -> Explanation {
        let command =
            id.hasPrefix("remove/") ? "relift remove 1.4.2 --root /opt/shop" : "relift repair --root /opt/shop"
        return Explanation(
            Diagnostic.ID(id), as: severity, title, meaning: meaning,
            example: Example([], [command], isComplete: false), wayOut: wayOut)
    }
}
