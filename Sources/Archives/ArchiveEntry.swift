/// One member of an archive that is read, as its header says.
package struct ArchiveEntry: Hashable, Sendable {
    package enum Kind: String, Hashable, Sendable {
        case file, folder, symbolicLink, hardLink, characterDevice, blockDevice, fifo, other
    }

    /// The whole name, as its bytes.
    package var name: [UInt8]
    package var kind: Kind
    /// Bytes of contents; 0 for everything but files.
    package var size: Int
    /// Permission bits with setuid, setgid and sticky: 0o7777 at most.
    package var mode: UInt16
    /// Where a symbolic or hard link leads to, as its bytes; empty for everything else.
    package var linkTarget: [UInt8]
    /// Time of the last change, in seconds since 1970.
    package var modified: Int64
    package var owner: Owner

    /// A user and a group by number and name; names are empty where the header has none.
    package struct Owner: Hashable, Sendable, CustomStringConvertible {
        package var userID: Int64
        package var groupID: Int64
        package var user: [UInt8]
        package var group: [UInt8]

        package init(userID: Int64 = 0, groupID: Int64 = 0, user: [UInt8] = [], group: [UInt8] = []) {
            self.userID = userID
            self.groupID = groupID
            self.user = user
            self.group = group
        }

        /// `0:0`, or `1000(anna):1000(users)`.
        package var description: String {
            func words(_ id: Int64, _ name: [UInt8]) -> String {
                name.isEmpty ? "\(id)" : "\(id)(\(String(decoding: name, as: UTF8.self)))"
            }
            return "\(words(self.userID, self.user)):\(words(self.groupID, self.group))"
        }
    }

    package init(
        name: [UInt8], kind: Kind, size: Int = 0, mode: UInt16 = 0o644, linkTarget: [UInt8] = [], modified: Int64 = 0,
        owner: Owner = Owner()
    ) {
        self.name = name
        self.kind = kind
        self.size = size
        self.mode = mode
        self.linkTarget = linkTarget
        self.modified = modified
        self.owner = owner
    }

    /// The name as text for messages; bytes that are not UTF-8 are replaced.
    package var nameText: String { String(decoding: self.name, as: UTF8.self) }

    /// The components of the name, without empty ones and `.`: what the name means to whoever unpacks it.
    package var components: [ArraySlice<UInt8>] { Self.components(of: self.name) }

    static func components(of name: [UInt8]) -> [ArraySlice<UInt8>] {
        name.split(separator: UInt8(ascii: "/")).filter { !$0.elementsEqual(".".utf8) }
    }

    /// The name with nothing in it that means nothing: no `./`, no `/` twice or at the end. A leading `/` is gone too.
    package var plainName: [UInt8] { Array(self.components.joined(separator: [UInt8(ascii: "/")])) }
}
