package import Diagnostics

/// What is wrong with archives and their members.
extension Explanation {
    package static let archives: [Explanation] = [
        archive(
            .archiveNotAnArchive, "a file is no archive", "It is neither a tar file nor one compressed with gzip.",
            "Give a `.tar.gz` or `.tar` file."),
        archive(
            .archiveOtherCompression, "an archive is compressed with another program than gzip",
            "Release tarballs are `.tar.gz` files: nothing of OTP reads bzip2, xz or zstd, whatever the file is called.",
            "Make the archive with gzip: `relift tar`, or `tar -czf`."),
        archive(
            .archiveUnsafeHeader, "a header of an archive can be understood in two ways",
            """
            Two extended headers for one member, a NUL byte inside a name, a size for something without contents, a kind of \
            member that no release needs: what is unpacked would depend on who unpacks it, and what was checked would not be \
            what is there.
            """, "Make the archive again with `relift build`, `relift tar` or `systools:make_tar`."),
        archive(
            .archiveDamaged, "an archive is cut off or damaged",
            "Its end is missing, a checksum does not fit, or its headers make no sense. Nothing of it is used.",
            "Copy or download it again, and compare its checksum with the original's."),
        archive(
            .archiveOverLimit, "an archive is larger than is read",
            """
            The number and size of members are limited, so that a small file that unpacks to an enormous one fills no disk.
            """, "Do not unpack it unless you know why it is so large."),
        archive(
            .archiveSparse, "a member of an archive is stored with holes",
            "Erlang's reader of archives knows no sparse files and unpacks something else.",
            "Make the archive again without `--sparse`."),
        archive(
            .archiveReaderWarning, as: .warning, "a header of an archive is not as it should be",
            "It can be read, but other programs may read it in another way.",
            "Make the archive again with `relift tar`."),
        archive(
            .archiveDataAfterEnd, as: .warning, "something follows the end of an archive",
            "Readers stop at the end, so nobody checks what stands behind it.",
            "Make the archive again with `relift tar`."),
        archive(
            .archiveNotWritten, "an archive cannot be written",
            "The library that writes archives failed; the finding says why. The file that was there before is unchanged.",
            "Install the locale `C.UTF-8`, where the finding speaks of names."),
        archive(
            .archiveUnusableName, "a file cannot be put into an archive under its name",
            "The name is too long or holds bytes that the format cannot hold for Erlang's reader.", "Rename the file."),
        archive(
            .archiveEmptyName, "a member of an archive has no name", "There is no file that it could become.",
            "Make the archive again with `relift tar`."),
        archive(
            .archiveOddName, "the name of a member is written in an odd way",
            "It has `//` or `/./` in it, or it is a file whose name ends in a slash: programs do not agree on what is meant.",
            "Make the archive with plain names."),
        archive(
            .archiveNameNotUTF8, "the name of a member is not UTF-8",
            "Erlang's reader of archives refuses the whole archive because of it.", "Rename the file."),
        archive(
            .archiveControlCharacter, "the name of a member has control characters",
            "Such a name can change what a terminal shows, and so hide what is in an archive.", "Rename the file."),
        archive(
            .archiveAbsoluteName, "a member has an absolute name",
            "Unpacking it would write outside the folder that the archive is unpacked to.",
            "Make the archive with names relative to the root of the release."),
        archive(
            .archiveParentReference, "the name of a member goes up with `..`",
            "Unpacking it could write outside the folder that the archive is unpacked to.",
            "Make the archive with plain names."),
        archive(
            .archiveTooDeep, "a member lies too many folders deep",
            "No release needs this; it can exhaust who unpacks it.",
            "Leave it out of the archive."),
        archive(
            .archiveNameTooLong, "the name of a member is longer than file systems take", "It could not be unpacked.",
            "Rename the file."),
        archive(
            .archiveDuplicateMember, "an archive would hold two members of one name",
            "Which one is unpacked depends on who unpacks it.", "Leave one of the two out."),
        archive(
            .archiveConflictingMembers, "a member is in an archive twice, as different things",
            "It is a file and a folder, or two files: what is unpacked depends on who unpacks it.",
            "Leave one of them out."),
        archive(
            .archiveCaseTwin, "two names differ only in case or in how letters are composed",
            "File systems of macOS and Windows keep only one of the two.", "Rename one of them."),
        archive(
            .archiveLinkLeavesRoot, "a symbolic link leads out of the archive",
            "Whatever is read or written through it is not part of the release: the host's own files, for example.",
            "Replace the link by what it leads to."),
        archive(
            .archiveLinkLoop, "a symbolic link cannot be followed to its end",
            "It leads through too many other links of the archive, or back to itself.",
            "Replace the link by what it should lead to."),
        archive(
            .archiveMemberBehindLink, "a member lies behind a symbolic link of the same archive",
            "Unpacking it would write wherever the link leads to.", "Replace the link by a folder."),
        archive(
            .archiveHardLink, "a member is a hard link",
            "Erlang's reader of archives leaves hard links out, so the file would be missing from the release.",
            "Make the archive with copies: `tar --hard-dereference`."),
        archive(
            .archiveDevice, "a member is a device", "No release holds one, and unpacking it takes the rights of root.",
            "Leave it out of the archive."),
        archive(
            .archiveFifo, "a member is a named pipe", "Whoever opens it waits for ever.", "Leave it out of the archive."
        ),
        archive(
            .archiveUnknownKind, "a member is of an unknown kind",
            "It is no file, folder or link; nobody can unpack it.",
            "Leave it out of the archive."),
        archive(
            .archiveSetuid, "a file in an archive has a special mode",
            "With the setuid or setgid bit a program runs as another user. No release needs this, nor the sticky bit. On folders "
                + "the bits are only taken away.",
            "Make the archive from a file without these bits: `chmod ug-s,-t FILE`."),
    ]

    private static func archive(
        _ id: Diagnostic.ID, as severity: Diagnostic.Severity = .error, _ title: String, _ meaning: String,
        _ wayOut: String...
    ) -> Explanation {
        Explanation(
            id, as: severity, title, meaning: meaning,
            example: Example([], ["relift inspect shop-1.tar.gz"], isComplete: false), wayOut: wayOut)
    }
}
