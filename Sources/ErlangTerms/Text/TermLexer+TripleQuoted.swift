import Diagnostics

extension TermLexer {
    /// A line of a triple-quoted string after its escapes, with its newline.
    private struct Line {
        /// Offset of its first byte in the file.
        var start: Int
        var scalars: [UInt32] = []

        /// Without `\n` or `\r\n` at the end.
        var content: ArraySlice<UInt32> {
            guard self.scalars.last == 0x0a else { return self.scalars[...] }
            let content = self.scalars.dropLast()
            return content.last == 0x0d ? content.dropLast() : content
        }

        /// Whether the line may lack the indentation.
        var isEmpty: Bool { self.content.isEmpty }
    }

    var isAtTripleQuote: Bool {
        self.index + 2 < self.bytes.count && self.bytes[self.index] == UInt8(ascii: "\"")
            && self.bytes[self.index + 1] == UInt8(ascii: "\"") && self.bytes[self.index + 2] == UInt8(ascii: "\"")
    }

    /// Reads a triple-quoted string (OTP 27); `index` is at its first quote. Three or more quotes open it, and the same
    /// number closes it, with nothing but white space before them on their line; that white space is the indentation
    /// taken from every other line. Nil after a finding.
    mutating func readTripleQuoted(escapes: Bool) -> [UInt32]? {
        let start = self.index
        while self.consume(UInt8(ascii: "\"")) {}
        let quotes = self.index - start
        var lines: [Line] = []
        var line = Line(start: self.index)
        // Counts down over closing quotes; nil when this line can no longer be the closing one.
        var missing: Int?
        while self.index < self.bytes.count {
            let byte = self.bytes[self.index]
            if byte == UInt8(ascii: "\n") {
                self.index += 1
                line.scalars.append(0x0a)
                lines.append(line)
                line = Line(start: self.index)
                missing = quotes
            } else if byte == UInt8(ascii: "\""), let left = missing {
                self.index += 1
                line.scalars.append(UInt32(byte))
                if left == 1 {
                    return self.finishTripleQuoted(
                        lines, indentation: Array(line.scalars.dropLast(quotes)), start: start, quotes: quotes)
                }
                missing = left - 1
            } else if byte == UInt8(ascii: "\\"), escapes {
                let isNewline = self.byte(at: self.index + 1) == UInt8(ascii: "\n")
                guard let value = self.readEscape() else {
                    missing = nil
                    continue
                }
                line.scalars.append(value)
                // An escaped newline is a newline.
                if isNewline {
                    lines.append(line)
                    line = Line(start: self.index)
                    missing = quotes
                } else {
                    missing = nil
                }
            } else {
                let value: UInt32
                if byte < 0x80 {
                    self.index += 1
                    value = UInt32(byte)
                } else {
                    guard let wide = self.readWideScalar() else {
                        missing = nil
                        continue
                    }
                    value = wide
                }
                line.scalars.append(value)
                if !Self.isWhiteSpace(value) || missing != quotes { missing = nil }
            }
        }
        self.reportUnterminated(.tripleQuotedString, at: self.place(start, start + quotes))
        return nil
    }

    private mutating func finishTripleQuoted(
        _ lines: [Line], indentation: [UInt32], start: Int, quotes: Int
    ) -> [UInt32]? {
        let isClean = lines[0].content.allSatisfy { Self.isWhiteSpace($0) }
        if !isClean {
            self.report(.textBehindTripleQuote(at: self.place(start, start + quotes)))
        }
        var text: [UInt32] = []
        var isIndented = true
        for (number, line) in lines.enumerated().dropFirst() {
            let content = number == lines.count - 1 ? line.content : line.scalars[...]
            if line.isEmpty || indentation.isEmpty {
                text.append(contentsOf: content)
            } else if line.scalars.starts(with: indentation) {
                text.append(contentsOf: content.dropFirst(indentation.count))
            } else if isIndented {
                // One report: the next lines are usually wrong in the same way.
                isIndented = false
                let end = line.start + line.content.prefix { Self.isWhiteSpace($0) }.count
                let mixesTabs = line.scalars.first == 0x09 || indentation.contains(0x09)
                self.report(.tripleQuoteIndentation(mixesTabs: mixesTabs, at: self.place(line.start, end)))
            }
        }
        return isClean && isIndented ? text : nil
    }
}
