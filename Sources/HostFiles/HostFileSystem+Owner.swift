import Glibc
package import SystemPackage

extension HostFileSystem {
    /// The same files; but where this process is root and the folder somebody else's, what is made belongs to its owner.
    ///
    /// An operator who uses `sudo` must not leave files to a service that its own user can neither change nor remove.
    package func makingFilesForOwner(of folder: FilePath) -> HostFileSystem {
        guard geteuid() == 0, let facts = try? self.facts(of: folder), facts.userID != 0 else { return self }
        var files = self
        files.newOwner = HostFileOwner(userID: facts.userID, groupID: facts.groupID)
        return files
    }
}
