extension SourceFile {
    /// A place in a text as people count: lines and columns from 1.
    ///
    /// Columns count Unicode scalars: not bytes, not what a terminal shows. A byte that is no UTF-8 counts as one.
    package struct Position: Hashable, Sendable {
        package var line: Int
        package var column: Int

        package init(line: Int, column: Int) {
            self.line = line
            self.column = column
        }
    }

    /// The position of a byte; offsets behind the end count as the end. For many questions use ``SourceLines``.
    package func position(of offset: Int) -> Position {
        let offset = min(max(0, offset), self.bytes.count)
        let start = self.line(around: offset).start
        return Position(
            line: self.lineNumber(of: offset), column: SourceText.scalars(self.bytes[start..<offset]).count + 1)
    }

    /// The line of a byte, from 1; offsets behind the end count as the end.
    package func lineNumber(of offset: Int) -> Int {
        self.bytes.prefix(max(0, offset)).count { $0 == UInt8(ascii: "\n") } + 1
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

extension Diagnostic.Place {
    /// The line where it begins in a text, from 1; nil for other places.
    package var line: Int? {
        guard case .source(let range) = self else { return nil }
        return range.file.lineNumber(of: Int(range.bytes.lowerBound))
    }
}
