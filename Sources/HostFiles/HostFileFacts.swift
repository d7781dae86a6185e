package import SystemPackage

/// What kind of thing a name in a folder stands for.
package enum HostFileKind: String, Hashable, Sendable {
    case file, folder, symbolicLink, characterDevice, blockDevice, fifo, socket, unknown

    /// The kind with its article, for messages.
    package var words: String {
        switch self {
        case .file: "a file"
        case .folder: "a folder"
        case .symbolicLink: "a symbolic link"
        case .characterDevice: "a character device"
        case .blockDevice: "a block device"
        case .fifo: "a named pipe"
        case .socket: "a socket"
        case .unknown: "of an unknown kind"
        }
    }
}

/// What the system says about one file or folder.
package struct HostFileFacts: Hashable, Sendable {
    package var kind: HostFileKind
    /// Permission bits with setuid, setgid and sticky: 0o7777 at most.
    package var mode: UInt16
    /// Bytes of a file; what the system makes of it for other kinds.
    package var size: Int
    /// Together with `inode` the identity of the thing, whatever it is called.
    package var device: UInt64
    package var inode: UInt64
    package var userID: UInt32
    package var groupID: UInt32
    /// How many names it has.
    package var linkCount: Int
    /// Time of the last change of contents, in seconds since 1970 and nanoseconds.
    package var modified: HostFileTime

    /// The owner may run it: the bit that copying and packing keep.
    package var isExecutable: Bool { self.mode & 0o100 != 0 }

    /// Both facts are about one and the same file.
    package func isSameFile(as other: HostFileFacts) -> Bool {
        self.device == other.device && self.inode == other.inode
    }
}

/// A time stamp of a file.
package struct HostFileTime: Hashable, Sendable {
    package var seconds: Int64
    package var nanoseconds: Int64
}

/// A user and group that a new file or folder is given to.
package struct HostFileOwner: Hashable, Sendable {
    package var userID: UInt32
    package var groupID: UInt32

    package init(userID: UInt32, groupID: UInt32) {
        self.userID = userID
        self.groupID = groupID
    }
}

/// One name in a folder.
package struct HostFolderEntry: Hashable, Sendable {
    package var name: FilePath.Component
    /// The kind of the thing itself; a symbolic link is not followed.
    package var kind: HostFileKind
}

/// One file or folder of a tree.
package struct HostTreeEntry: Hashable, Sendable {
    /// Relative to the root of the tree.
    package var path: FilePath
    /// Facts of the thing, or of what a symbolic link leads to where links are followed.
    package var facts: HostFileFacts
}
