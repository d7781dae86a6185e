/// One line of a source file with a mark under a part of it, cut to fit a terminal.
struct SourceExcerpt {
    /// The line, tabs expanded, without anything that a terminal would obey.
    let line: String
    /// Spaces and carets to stand below it.
    let marks: String

    /// Columns between two tab stops.
    private static let tabStop = 4

    /// - Parameters:
    ///   - bytes: the line, without its end.
    ///   - range: bytes to mark, relative to the line; beyond its end it is cut, and at least one column is marked.
    ///   - width: columns there are.
    init(_ bytes: ArraySlice<UInt8>, marking range: Range<Int>, width: Int) {
        let width = max(width, 20)
        // Every cell is what one character of the line takes; marks without width stay with the character before.
        var cells: [(text: String.UnicodeScalarView, columns: Int, isMarked: Bool)] = []
        var column = 0
        var offset = 0
        for scalar in SourceText.scalars(bytes) {
            let length = scalar == "\u{fffd}" ? Self.length(of: scalar, in: bytes, at: offset) : UTF8.width(scalar)
            let isMarked = range.contains(offset)
            offset += length
            if scalar == "\t" {
                let columns = Self.tabStop - column % Self.tabStop
                cells.append((String(repeating: " ", count: columns).unicodeScalars, columns, isMarked))
                column += columns
                continue
            }
            let shown = SourceText.replacement(for: scalar) ?? scalar
            let columns = SourceText.columns(shown)
            if columns == 0, !cells.isEmpty {
                cells[cells.count - 1].text.append(shown)
                cells[cells.count - 1].isMarked = cells[cells.count - 1].isMarked || isMarked
            } else {
                cells.append((String.UnicodeScalarView([shown]), columns, isMarked))
                column += columns
            }
        }
        if !cells.contains(where: \.isMarked) {
            // Nothing of the line, or its end: one column behind it, or the character the empty range stands before.
            let index = Self.cellIndex(of: range.lowerBound, in: bytes, count: cells.count)
            if index < cells.count {
                cells[index].isMarked = true
            } else {
                cells.append((String.UnicodeScalarView(), 1, true))
            }
        }
        (self.line, self.marks) = Self.cut(cells, width: width)
    }

    private static func length(of scalar: Unicode.Scalar, in bytes: ArraySlice<UInt8>, at offset: Int) -> Int {
        // A replacement character may be in the file itself; a broken byte is one byte.
        bytes.dropFirst(offset).starts(with: [0xef, 0xbf, 0xbd]) ? 3 : 1
    }

    private static func cellIndex(of offset: Int, in bytes: ArraySlice<UInt8>, count: Int) -> Int {
        guard offset < bytes.count else { return count }
        return min(count, SourceText.scalars(bytes.prefix(max(0, offset))).filter { SourceText.columns($0) > 0 }.count)
    }

    /// Keeps the marked part and what is around it; `…` stands for what was cut.
    private static func cut(
        _ cells: [(text: String.UnicodeScalarView, columns: Int, isMarked: Bool)], width: Int
    ) -> (line: String, marks: String) {
        let total = cells.reduce(0) { $0 + $1.columns }
        let first = cells.firstIndex(where: \.isMarked) ?? 0
        var start = 0
        var end = cells.count
        if total > width {
            // A quarter of the line before the mark, the rest behind.
            var columns = 0
            start = first
            while start > 0, columns + cells[start - 1].columns <= width / 4 {
                start -= 1
                columns += cells[start].columns
            }
            columns = start > 0 ? 1 : 0
            end = start
            while end < cells.count, columns + cells[end].columns < width {
                columns += cells[end].columns
                end += 1
            }
        }
        var line = String.UnicodeScalarView(start > 0 ? ["…"] : [])
        var marks = start > 0 ? " " : ""
        for cell in cells[start..<end] {
            line.append(contentsOf: cell.text)
            marks += String(repeating: cell.isMarked ? "^" : " ", count: cell.columns)
        }
        if end < cells.count { line.append("…") }
        while marks.last == " " { marks.removeLast() }
        return (String(line), marks)
    }
}
