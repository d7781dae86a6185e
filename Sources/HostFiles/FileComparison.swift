import Glibc
package import SystemPackage

/// Compares files, one pair after the other, in the same two buffers.
package struct FileComparison: Sendable {
    private let files: HostFileSystem
    private var left = [UInt8](repeating: 0, count: Self.blockSize)
    private var right = [UInt8](repeating: 0, count: Self.blockSize)

    /// Nearly all compiled modules fit.
    private static let blockSize = 256 << 10

    package init(_ files: HostFileSystem) { self.files = files }

    /// Whether two regular files hold the same bytes, or bytes that are the same to someone who knows what they mean.
    /// Symbolic links are followed. A file that is larger than a buffer is read once more where its bytes differ.
    ///
    /// - Parameters:
    ///   - limit: the bytes of a file at most where the bytes differ.
    ///   - areAlike: asked about the contents of files whose bytes differ.
    package mutating func areEqual(
        _ one: FilePath, _ other: FilePath, limit: Int, or areAlike: (_ one: [UInt8], _ other: [UInt8]) -> Bool
    ) throws(HostFileError) -> Bool {
        let first = try self.files.openToRead(one)
        let second = try self.files.openToRead(other)
        if first.facts.isSameFile(as: second.facts) { return true }
        if max(first.facts.size, second.facts.size) < Self.blockSize {
            let count = try Self.read(first, one, into: &self.left, self.files)
            let otherCount = try Self.read(second, other, into: &self.right, self.files)
            // A full buffer is one of a file that has grown.
            if max(count, otherCount) < Self.blockSize {
                if count == otherCount, Self.areEqual(self.left, self.right, count) { return true }
                return areAlike(Array(self.left[..<count]), Array(self.right[..<otherCount]))
            }
        } else if first.facts.size == second.facts.size, try self.haveEqualBlocks(first, one, second, other) {
            return true
        }
        return areAlike(try self.files.readFile(one, limit: limit), try self.files.readFile(other, limit: limit))
    }

    private mutating func haveEqualBlocks(
        _ first: borrowing OpenFile, _ one: FilePath, _ second: borrowing OpenFile, _ other: FilePath
    ) throws(HostFileError) -> Bool {
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
