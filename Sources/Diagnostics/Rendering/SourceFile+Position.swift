extension SourceFile {
    /// A place in a text as people count: lines and columns from 1, columns in Unicode scalars.
    package struct Position: Hashable, Sendable {
        package var line: Int
        package var column: Int
    }

    /// The position of a byte; offsets behind the end count as the end.
    package func position(of offset: Int) -> Position {
        let offset = min(max(0, offset), self.bytes.count)
        var line = 1
        var start = 0
        for index in 0..<offset where self.bytes[index] == UInt8(ascii: "\n") {
            line += 1
            start = index + 1
        }
        // Bytes 0b10xxxxxx continue a scalar.
        let column = self.bytes[start..<offset].count { $0 & 0xc0 != 0x80 } + 1
        return Position(line: line, column: column)
    }

    /// The bytes of the line that holds a byte, without its line break, and the offset of its first one.
    package func line(around offset: Int) -> (start: Int, bytes: ArraySlice<UInt8>) {
        let offset = min(max(0, offset), self.bytes.count)
        let start = self.bytes[..<offset].lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
        let end = self.bytes[offset...].firstIndex(of: UInt8(ascii: "\n")) ?? self.bytes.count
        var line = self.bytes[start..<end]
        if line.last == UInt8(ascii: "\r") { line.removeLast() }
        return (start, line)
    }
}
