import Glibc
import Synchronization
package import SystemPackage

extension HostFileSystem {
    /// What the names of unfinished files and folders begin with.
    private static let temporaryPrefix = ".relift-tmp-"

    /// Whether a name is one that this module gives to what is not finished: remains of a killed process.
    ///
    /// Whoever removes them holds the lock that all writers of the folder take.
    package static func isTemporaryName(_ name: FilePath.Component) -> Bool {
        name.bytes.starts(with: Self.temporaryPrefix.utf8)
    }

    /// A name that no other unfinished thing of this process has.
    fileprivate static func nextTemporaryName() -> FilePath.Component {
        let number = self.temporaryCount.add(1, ordering: .relaxed).newValue
        return FilePath.Component("\(Self.temporaryPrefix)\(getpid())-\(number)") ?? "relift-tmp"
    }

    private static let temporaryCount = Atomic<UInt64>(0)
}

extension HostFolder {
    /// How many names of killed processes with our process ID are stepped over.
    private static var attempts: Int { 10_000 }

    func makeTemporaryFile() throws(HostFileError) -> NamedDescriptor {
        var attempt = 0
        while true {
            let name = HostFileSystem.nextTemporaryName()
            let path = self.path(of: name)
            do {
                let number = try self.files.perform(.createFile(path), .create, path) { () throws(Errno) in
                    try SystemCalls.open(
                        name.path, in: self.descriptor.number, flags: O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW,
                        mode: 0o600)
                }
                return NamedDescriptor(name: name, file: OpenDescriptor(number))
            } catch  where error.errno == .fileExists && attempt < Self.attempts {
                attempt += 1
            }
        }
    }

    func makeTemporaryFolder(mode: UInt16) throws(HostFileError) -> FilePath.Component {
        var attempt = 0
        while true {
            let name = HostFileSystem.nextTemporaryName()
            do {
                try self.makeFolder(name, mode: mode)
                return name
            } catch  where error.errno == .fileExists && attempt < Self.attempts {
                attempt += 1
            }
        }
    }

    /// Gives an entry a temporary name and says which.
    func moveAside(_ name: FilePath.Component) throws(HostFileError) -> FilePath.Component {
        var attempt = 0
        while true {
            let other = HostFileSystem.nextTemporaryName()
            if try self.hasEntry(other), attempt < Self.attempts {
                attempt += 1
                continue
            }
            try self.rename(name, to: other)
            return other
        }
    }

    /// Whether something of that name is there, also a symbolic link to nowhere.
    package func hasEntry(_ name: FilePath.Component) throws(HostFileError) -> Bool {
        do {
            _ = try self.facts(of: name)
            return true
        } catch  where error.isMissing {
            return false
        }
    }
}

/// A new file, open for writing.
struct NamedDescriptor: ~Copyable {
    let name: FilePath.Component
    let file: OpenDescriptor
}

extension FilePath {
    /// The folder around the entry that the path names, and its name there.
    func folderAndName(
        for operation: HostFileError.Operation
    ) throws(HostFileError) -> (folder: FilePath, name: FilePath.Component) {
        guard let name = self.lastComponent, name.kind == .regular else {
            throw HostFileError(operation, self, .notAnEntry)
        }
        return (self.removingLastComponent(), name)
    }
}
