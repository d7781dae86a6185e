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
        guard try self.files.factsOfOpenFile(first, one).size == self.files.factsOfOpenFile(second, other).size else {
            return false
        }
        while true {
            let count = try Self.read(first, one, into: &self.left, self.files)
            guard try Self.read(second, other, into: &self.right, self.files) == count,
                Self.areEqual(self.left.span.extracting(first: count), self.right.span.extracting(first: count))
            else { return false }
            if count < Self.blockSize { return true }
        }
    }

    private static func read(
        _ file: borrowing OpenDescriptor, _ path: FilePath, into buffer: inout [UInt8], _ files: HostFileSystem
    ) throws(HostFileError) -> Int {
        let number = file.number
        return try files.ask(.read, path) { () throws(Errno) in try SystemCalls.read(number, into: &buffer) }
    }

    /// Does not stop at the first difference, and so takes many bytes at once: most files that are compared are equal.
    private static func areEqual(_ left: Span<UInt8>, _ right: Span<UInt8>) -> Bool {
        var difference: UInt8 = 0
        for index in 0..<min(left.count, right.count) { difference |= left[index] ^ right[index] }
        return difference == 0 && left.count == right.count
    }
}
