package import Diagnostics
import SystemPackage

extension Diagnostic.ID {
    package static let hostMissing = Self("host/missing")
    package static let hostPermission = Self("host/permission-denied")
    package static let hostNoSpace = Self("host/no-space")
    package static let hostReadOnly = Self("host/read-only")
    package static let hostLinkLoop = Self("host/link-loop")
    package static let hostNotFolder = Self("host/not-a-folder")
    package static let hostWrongKind = Self("host/wrong-kind")
    package static let hostExists = Self("host/exists-already")
    package static let hostTooLarge = Self("host/too-large")
    package static let hostChanged = Self("host/changed-while-read")
    package static let hostLocked = Self("host/locked")
    package static let hostDisk = Self("host/disk-error")
    package static let hostFailed = Self("host/operation-failed")
}

extension HostFileError {
    /// The error as a finding about its path, with the way out.
    package var diagnostic: Diagnostic {
        let (id, help) = self.idAndHelp
        return Diagnostic(id, .error, self.description, at: .file(self.path.string), help: help)
    }

    private var idAndHelp: (id: Diagnostic.ID, help: [String]) {
        switch self.reason {
        case .system(let errno): self.idAndHelp(of: errno)
        case .tooLarge, .tooDeep, .tooMany:
            (.hostTooLarge, ["check that this is the file or folder that was meant"])
        case .wrongKind, .notAnEntry: (.hostWrongKind, ["check the path"])
        case .changedWhileRead:
            (.hostChanged, ["wait until whatever writes there has finished, then run the command again"])
        case .linkLoop: (.hostLinkLoop, ["remove the symbolic link that leads back"])
        case .locked(let holder):
            (
                .hostLocked,
                [
                    holder.map { "wait for process \($0) to finish (`ps -p \($0)` shows what it is), then try again" }
                        ?? "wait for the other command to finish, then try again"
                ]
            )
        case .stopped: (.hostFailed, [])
        }
    }

    private func idAndHelp(of errno: Errno) -> (id: Diagnostic.ID, help: [String]) {
        let folder = self.path.removingLastComponent().orWorkingFolder.string
        switch errno {
        case .noSuchFileOrDirectory:
            return (.hostMissing, ["check the path; `ls -l \(folder)` shows what is there"])
        case .permissionDenied, .notPermitted:
            return (
                .hostPermission,
                ["run as the user that owns it, or change its owner or mode; `namei -l \(self.path.string)` shows both"]
            )
        case .noSpace, Errno(rawValue: 122):
            return (.hostNoSpace, ["free some space (`df -h \(folder)` and `df -i \(folder)` show how much is left)"])
        case .readOnlyFileSystem:
            return (
                .hostReadOnly, ["mount it writable, or choose another folder; `findmnt -T \(folder)` shows the mount"]
            )
        case .tooManySymbolicLinkLevels:
            return (.hostLinkLoop, ["replace the symbolic link by what it should lead to"])
        case .notDirectory:
            return (.hostNotFolder, ["`namei -l \(self.path.string)` shows which part is not a folder"])
        case .fileExists, .directoryNotEmpty:
            return (.hostExists, ["remove it or choose another path"])
        case .ioError:
            return (.hostDisk, ["look at the kernel's messages (`dmesg`) before anything else is written to this disk"])
        default:
            return (.hostFailed, [])
        }
    }
}
