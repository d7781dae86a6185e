package import SystemPackage

/// How a user names a release on the command line (contract, section 2).
package enum ReleaseReference: Hashable, Sendable {
    /// A release resource file, `path/NAME.rel`.
    case resource(FilePath)
    /// A release tarball, read without unpacking it to disk.
    case tarball(FilePath)
    /// An assembled or installed release: a folder with `releases/`; the version is that of `releases/start_erl.data`
    /// when none is given.
    case root(FilePath, version: String?)

    /// Reads what the user wrote. `isFile` and `isFolder` tell what is on disk.
    ///
    /// `.rel` may be left out, as systools leaves it out. A folder whose own name contains `@` wins over `ROOT@VSN`.
    package init?(_ text: String, isFile: (FilePath) -> Bool, isFolder: (FilePath) -> Bool) {
        let path = FilePath(text)
        if text.hasSuffix(".tar.gz") || text.hasSuffix(".tgz") || text.hasSuffix(".tar") {
            self = .tarball(path)
        } else if text.hasSuffix(".rel") {
            self = .resource(path)
        } else if isFolder(path) {
            self = .root(path, version: nil)
        } else if let at = text.lastIndex(of: "@"), at > text.startIndex, isFolder(FilePath(String(text[..<at]))) {
            self = .root(FilePath(String(text[..<at])), version: String(text[text.index(after: at)...]))
        } else if isFile(FilePath(text + ".rel")) {
            self = .resource(FilePath(text + ".rel"))
        } else {
            return nil
        }
    }

    /// The path as the user wrote it, for messages.
    package var path: FilePath {
        switch self {
        case .resource(let path), .tarball(let path), .root(let path, _): path
        }
    }
}
