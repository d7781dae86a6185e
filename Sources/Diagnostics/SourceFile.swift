/// A text file that was read, kept so that findings can quote it.
///
/// Identity is the object: two reads of one path are two files.
package final class SourceFile: Sendable, Hashable {
    /// The path as the user knows it, for messages.
    package let path: String
    package let bytes: [UInt8]

    package init(path: String, bytes: [UInt8]) {
        self.path = path
        self.bytes = bytes
    }

    package static func == (left: SourceFile, right: SourceFile) -> Bool { left === right }

    package func hash(into hasher: inout Hasher) { hasher.combine(ObjectIdentifier(self)) }
}

/// A half-open range of byte offsets in some file.
package struct ByteRange: Hashable, Sendable {
    package var lowerBound: UInt32
    package var upperBound: UInt32

    package init(_ lowerBound: Int, _ upperBound: Int) {
        self.lowerBound = UInt32(clamping: lowerBound)
        self.upperBound = UInt32(clamping: upperBound)
    }

    package static let empty = ByteRange(0, 0)
}

/// A range of bytes in a source file; lines and columns are computed only when it is rendered.
package struct SourceRange: Hashable, Sendable {
    package var file: SourceFile
    package var bytes: ByteRange

    package init(_ file: SourceFile, _ bytes: ByteRange) {
        self.file = file
        self.bytes = bytes
    }
}
