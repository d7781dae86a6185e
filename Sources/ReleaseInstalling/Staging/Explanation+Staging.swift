package import Diagnostics

/// What it means when a tarball cannot be brought onto a host.
extension Explanation {
    package static let staging: [Explanation] = [
        staging(
            .stageDigestMismatch, "a tarball is not the one that it should be",
            "Its SHA-256 differs from the one in `TARBALL.sha256` beside it, or from the one that was asked for.",
            "Copy or download it again."),
        staging(
            .stageNoDigest, "a digest file says nothing of its tarball",
            "`TARBALL.sha256` has no line `DIGEST  TARBALL`, so the tarball cannot be held against it.",
            "Write it again: `sha256sum TARBALL > TARBALL.sha256`.", "Or remove it."),
        staging(
            .stageSeveralReleases, "a tarball holds more than one `.rel` file",
            "Which release it is cannot be told. Stock unpacking goes by the name of the tarball.",
            "Make a tarball of one release."),
        staging(
            .stageReservedName, "a tarball has something in `releases/.relift` or `etc/relift`",
            "There relift keeps its journal and what it unpacks, and the host the keys that it trusts. Neither comes from a release.",
            "Leave it out of the tarball."),
        staging(
            .stageLiveFile, as: .note, "a file that belongs to the host is left out",
            """
            `RELEASES` and `start_erl.data` say what runs on the host and what boots next, `COOKIE` how to reach it. relx and mix \\
            pack them for a first installation.
            """, "There is nothing to do."),
        staging(
            .stageOtherVersion, "a tarball has files for another release on the host",
            "A folder in `releases` with the name of another version is that version's. Installing must not change it.",
            "Make a tarball of this release only."),
        staging(
            .stageKeptFile, as: .note, "a file of the host stays as it is",
            """
            The tarball has another file of this name. What belongs to no library, runtime system or version, such as \\
            `bin/NAME`, serves all releases on the host, and `unpack_release` does not replace it either.
            """, "Copy it by hand if the new one is needed."),
        staging(
            .stageBehindHostLink, as: .warning, "a file of the tarball is left out, since a link stands in its way",
            "On the host a folder around it is a symbolic link, or no folder. Nothing is written through such a link.",
            "Copy it by hand if it is needed."),
        staging(
            .stageOtherContent, "the host has the same version with other content",
            """
            A library, runtime system or release of the tarball is on the host already, and its files differ. Stock unpacking \\
            keeps the host's files and says nothing; what runs afterwards is a mixture that nobody tested.
            """, "Give what was changed another version and build the release again.",
            "Build on one machine, or with `+deterministic`, where only paths in the object files differ."),
        staging(
            .stageOtherBuild, as: .warning, "a library on the host has the same code from another compilation",
            """
            The object files of the tarball have the code and the attributes of the host's. Paths, times, or what is there for \\
            debuggers differ. The host's files stay, as with stock unpacking; what runs is the same.
            """, "Nothing has to be done.",
            "Compile with `+deterministic`, so that the same source makes the same files."),
        staging(
            .stageHalfUnpacked, "a folder on the host is only half unpacked",
            """
            Files are missing or end too early, and all others are those of the tarball: what a node leaves that is killed \\
            while it unpacks. Stock unpacking would keep the short files for ever.
            """, "Mend it: `relift repair --root ROOT`."),
        staging(
            .stageNoSpace, "there is too little space for a release",
            "The space and the inodes that it takes are counted before anything is written, and some have to be left over.",
            "Free some space; `df -h ROOT` and `df -i ROOT` show how much there is."),
        staging(
            .stageOtherFileSystem, "the root of a release is on several file systems",
            "What is staged takes its place by renames, which do not lead from one file system to another.",
            "Keep the root of a release on one file system."),
        staging(
            .stageUnreadable, "what is staged cannot be read",
            "The list in a folder of `releases/.relift/staging` was changed, or another version of relift made it.",
            "Remove the folder and install the tarball again."),
    ]

    private static func staging(
        _ id: Diagnostic.ID, as severity: Diagnostic.Severity = .error, _ title: String, _ meaning: String,
        _ wayOut: String...
    ) -> Explanation {
        Explanation(
            id, as: severity, title, meaning: meaning,
            example: Example([], ["relift install shop-1.5.0.tar.gz --root ROOT"], isComplete: false), wayOut: wayOut)
    }
}
