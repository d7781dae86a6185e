package import SystemPackage

/// One change that is about to be made to the host's files.
///
/// This is the seam of the crash tests: `HostFileSystem` shows every effect to its `willPerform` before it happens, and
/// does what the verdict says. Reads are not effects.
package enum HostEffect: Hashable, Sendable {
    case makeFolder(FilePath)
    case createFile(FilePath)
    case write(FilePath, count: Int)
    case setMode(FilePath)
    case setOwner(FilePath)
    case makeSymbolicLink(FilePath)
    /// The bytes of one file reach the disk.
    case syncFile(FilePath)
    /// The names in one folder reach the disk.
    case syncFolder(FilePath)
    /// Everything on the file system that holds the path reaches the disk.
    case syncFileSystem(FilePath)
    case rename(FilePath, to: FilePath)
    /// Two names change places in one step.
    case exchange(FilePath, FilePath)
    case removeFile(FilePath)
    case removeFolder(FilePath)
}

/// What becomes of an effect.
package enum HostEffectVerdict: Hashable, Sendable {
    case perform
    /// The effect does not happen and the system is said to have answered this.
    case fail(Errno)
    /// The effect does not happen, as if the process had been killed before it. Whoever injects this answers the same to
    /// all later effects, so that no clean-up runs either.
    case stop
    /// Of a write, only so many bytes happen, then the process is killed; any other effect is stopped.
    case tear(Int)
}
