package import Diagnostics

/// What it means when the operating system refuses something.
extension Explanation {
    package static let hostFiles: [Explanation] = [
        host(
            .hostMissing, "a file or folder is not there",
            "A path that was given, or one that a file names, leads nowhere.",
            "Check the path; `ls -l` of the folder above it shows what is there."),
        host(
            .hostPermission, "the user may not read or write there",
            "The owner and mode of a file, or of a folder above it, do not allow it to the user that runs relift.",
            "Run as the user that owns it, or change its owner or mode; `namei -l PATH` shows both for every folder."),
        host(
            .hostNoSpace, "there is no space left, or the user's share of it is used up",
            "Nothing was left half written: files are put in place only when they are whole.",
            "Free some space; `df -h` and `df -i` of the folder show how much there is."),
        host(
            .hostReadOnly, "the file system is mounted read-only", "Nothing can be written below this mount.",
            "Mount it writable, or choose another folder; `findmnt -T FOLDER` shows the mount."),
        host(
            .hostLinkLoop, "symbolic links lead back to themselves",
            "Following the links never ends, so what they stand for cannot be found.",
            "Replace the link by what it should lead to."),
        host(
            .hostNotFolder, "a part of a path is a file, not a folder",
            "Something that stands before a slash has to be a folder.",
            "`namei -l PATH` shows which part is not one."),
        host(
            .hostWrongKind, "something is of another kind than is needed",
            "A folder stands where a file is needed or the other way round, or it is a device, socket or pipe.",
            "Check the path."),
        host(
            .hostExists, "something is there already", "It is not overwritten, since nobody said that it may be.",
            "Remove it, or choose another path."),
        host(
            .hostTooLarge, "a file or folder is larger than is read",
            "What belongs to a release is small. Larger ones are refused before they take memory or time.",
            "Check that it is the file or folder that was meant."),
        host(
            .hostChanged, "a file changed while it was read",
            "What was read is neither the old nor the new contents, so it is not used.",
            "Wait until whatever writes there has finished, then run the command again."),
        host(
            .hostLocked, "another command works on the same folder",
            "Two commands at once could leave a release of both. The second one waits for nothing and changes nothing.",
            "Wait for the process that the finding names, then try again."),
        host(
            .hostDisk, "the disk could not be read or written",
            "The operating system reports an error of the device. More writing may make it worse.",
            "Look at the kernel's messages (`dmesg`) before anything else is written to this disk."),
        host(
            .hostFailed, "the operating system refused an operation for another reason",
            "The finding gives the reason in the system's words.",
            "Look the reason up in the manual page that it names."),
    ]

    private static func host(
        _ id: Diagnostic.ID, _ title: String, _ meaning: String, _ wayOut: String...
    ) -> Explanation {
        Explanation(
            id, as: .error, title, meaning: meaning,
            example: Example([], ["relift tar shop.rel --lib lib --output out"], isComplete: false), wayOut: wayOut)
    }
}
