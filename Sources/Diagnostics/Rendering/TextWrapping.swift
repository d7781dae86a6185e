/// Sentences broken into lines that fit.
enum TextWrapping {
    /// The lines of a text; every line break in it stays.
    ///
    /// Lines break between words, but never where the text could be one to paste: not inside backticks, quotes or
    /// brackets, and not in a line that begins with a space. Such a piece may be longer than there is room: a terminal
    /// that wraps it leaves it whole for the clipboard.
    static func lines(_ text: String, columns room: Int) -> [String] {
        text.split(separator: "\n", omittingEmptySubsequences: false).flatMap { paragraph -> [String] in
            if paragraph.hasPrefix(" ") || self.columns(paragraph) <= room { return [String(paragraph)] }
            var lines: [String] = []
            var line = ""
            var columns = 0
            for piece in self.pieces(paragraph) {
                let size = self.columns(piece)
                if !line.isEmpty, columns + 1 + size > room {
                    lines.append(line)
                    (line, columns) = ("", 0)
                }
                if !line.isEmpty {
                    line += " "
                    columns += 1
                }
                line += piece
                columns += size
            }
            return lines + [line]
        }
    }

    private static func columns(_ text: some StringProtocol) -> Int {
        text.unicodeScalars.reduce(0) { $0 + SourceText.columns($1) }
    }

    /// Words, and what must not be broken as one.
    private static func pieces(_ text: Substring) -> [String] {
        var pieces: [String] = []
        var piece = String.UnicodeScalarView()
        var depth = 0
        var quote: Unicode.Scalar?
        func end() {
            if !piece.isEmpty { pieces.append(String(piece)) }
            piece = String.UnicodeScalarView()
        }
        for scalar in text.unicodeScalars {
            if scalar == " ", depth == 0, quote == nil {
                end()
                continue
            }
            if let open = quote {
                if scalar == open { quote = nil }
            } else if scalar == "`" || scalar == "\"" {
                quote = scalar
            } else if scalar == "{" || scalar == "[" {
                depth += 1
            } else if scalar == "}" || scalar == "]" {
                depth = max(0, depth - 1)
            }
            piece.append(scalar)
        }
        // A bracket or quote that is never closed was no text to paste.
        if depth > 0 || quote != nil {
            pieces += String(piece).split(separator: " ").map(String.init)
        } else {
            end()
        }
        return pieces
    }
}
