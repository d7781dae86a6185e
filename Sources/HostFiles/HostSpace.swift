/// What is left of a file system for a user without special rights (`statvfs(3)`).
package struct HostSpace: Hashable, Sendable {
    /// Bytes that may still be written.
    package var bytes: Int
    /// Files and folders that may still be made; nil where the file system does not count them.
    package var inodes: Int?
    /// Bytes of the unit in which files take up space.
    package var blockSize: Int

    package init(bytes: Int, inodes: Int?, blockSize: Int) {
        self.bytes = bytes
        self.inodes = inodes
        self.blockSize = blockSize
    }
}
