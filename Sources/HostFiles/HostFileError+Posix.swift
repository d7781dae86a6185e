import SystemPackage

extension HostFileError.Reason {
    /// The reason as Erlang's `file` module names it: `enoent`, `eacces`, … (`file:posix/0`).
    package var posixName: String {
        switch self {
        case .system(let errno): Self.posixNames[errno] ?? "unknown"
        case .wrongKind(.folder, wanted: _): "eisdir"
        case .wrongKind: "enotdir"
        case .tooLarge, .tooMany: "efbig"
        case .tooDeep, .linkLoop: "eloop"
        case .changedWhileRead, .stopped: "eio"
        case .locked: "eagain"
        case .notAnEntry: "einval"
        }
    }

    private static let posixNames: [Errno: String] = [
        .permissionDenied: "eacces", .fileExists: "eexist", .isDirectory: "eisdir", .noSuchFileOrDirectory: "enoent",
        .notDirectory: "enotdir", .noSpace: "enospc", .readOnlyFileSystem: "erofs", .notPermitted: "eperm",
        .tooManySymbolicLinkLevels: "eloop", .tooManyOpenFiles: "emfile", .tooManyOpenFilesInSystem: "enfile",
        .fileNameTooLong: "enametoolong", .ioError: "eio", .resourceBusy: "ebusy", .invalidArgument: "einval",
        .improperLink: "exdev", .directoryNotEmpty: "enotempty", .fileTooLarge: "efbig", .textFileBusy: "etxtbsy",
        .resourceTemporarilyUnavailable: "eagain", .noMemory: "enomem", .badFileDescriptor: "ebadf",
    ]
}
