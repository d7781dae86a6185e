/// The lines of a text, found once for any number of questions.
package struct SourceLines: Sendable {
    /// Offsets of the first bytes of the lines.
    private let starts: [Int]
    private let bytes: [UInt8]

    package init(_ bytes: [UInt8]) {
        var starts = [0]
        for (offset, byte) in bytes.enumerated() where byte == UInt8(ascii: "\n") { starts.append(offset + 1) }
        self.starts = starts
        self.bytes = bytes
    }

    /// The position of a byte; offsets behind the end count as the end.
    package func position(of offset: Int) -> SourceFile.Position {
        let offset = max(0, min(offset, self.bytes.count))
        // The last line that starts at or before the byte.
        var (low, high) = (0, self.starts.count)
        while high - low > 1 {
            let middle = (low + high) / 2
            if self.starts[middle] <= offset { low = middle } else { high = middle }
        }
        let column = SourceText.scalars(self.bytes[self.starts[low]..<offset]).count + 1
        return SourceFile.Position(line: low + 1, column: column)
    }

    /// The offsets of a line, counted from 1, without its line break; nil when there is no such line.
    package func line(_ number: Int) -> Range<Int>? {
        guard number >= 1, number <= self.starts.count else { return nil }
        let start = self.starts[number - 1]
        var end = number < self.starts.count ? self.starts[number] - 1 : self.bytes.count
        if end > start, self.bytes[end - 1] == UInt8(ascii: "\r") { end -= 1 }
        return start..<end
    }
}
