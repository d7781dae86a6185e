import Glibc
package import SystemPackage

/// Compares files byte by byte, one pair after the other, in the same two buffers: no file is in memory as a whole.
package struct FileComparison: Sendable {
    private let files: HostFileSystem
    private var left = [UInt8](repeating: 0, count: Self.blockSize)
    private var right = [UInt8](repeating: 0, count: Self.blockSize)

    private static let blockSize = 64 << 10

    package init(_ files: HostFileSystem) { self.files = files }

    /// Whether two regular files hold the same bytes. Symbolic links are followed.
    package mutating func areEqual(_ one: FilePath, _ other: FilePath) throws(HostFileError) -> Bool {
        let first = try self.files.openToRead(one)
        let second = try self.files.openToRead(other)
        if first.facts.isSameFile(as: second.facts) { return true }
        guard first.facts.size == second.facts.size else { return false }
        while true {
            let count = try Self.read(first, one, into: &self.left, self.files)
            guard try Self.read(second, other, into: &self.right, self.files) == count,
                Self.areEqual(self.left, self.right, count)
            else { return false }
            if count < Self.blockSize { return true }
        }
    }

    private static func read(
        _ file: borrowing OpenFile, _ path: FilePath, into buffer: inout [UInt8], _ files: HostFileSystem
    ) throws(HostFileError) -> Int {
        let number = file.descriptor.number
        return try files.ask(.read, path) { () throws(Errno) in try SystemCalls.read(number, into: &buffer) }
    }

    /// Whether the first bytes of both are the same, of which there are at least as many.
    private static func areEqual(_ left: [UInt8], _ right: [UInt8], _ count: Int) -> Bool {
        // Not more bytes are looked at than both have.
        unsafe left.withUnsafeBytes { left in
            unsafe right.withUnsafeBytes { right in
                guard let left = left.baseAddress, let right = right.baseAddress else { return count == 0 }
                return unsafe memcmp(left, right, count) == 0
            }
        }
    }
}
