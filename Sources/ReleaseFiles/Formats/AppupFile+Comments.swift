import ErlangTerms
package import ReleaseModel

extension AppupFile {
    /// The bytes of the file with comments, one instruction a line.
    ///
    /// - Parameters:
    ///   - up: for the entries of some keys what is said of each instruction; a text is one line, or becomes one.
    ///   - down: the same for the way back.
    package static func write(
        _ appup: Appup, up: [Appup.Key: [String]], down: [Appup.Key: [String]]
    ) -> [UInt8] {
        var lines = ["%% coding: utf-8", "{\(TermPrinter.line(appup.version.term)),"]
        lines += self.lines(appup.up, up)
        lines[lines.count - 1] += ","
        lines += self.lines(appup.down, down)
        lines[lines.count - 1] += "}."
        return Array((lines.joined(separator: "\n") + "\n").utf8)
    }

    private static func lines(_ entries: [Appup.Entry], _ comments: [Appup.Key: [String]]) -> [String] {
        guard !entries.isEmpty else { return [" []"] }
        var lines: [String] = []
        for (number, entry) in entries.enumerated() {
            lines.append("\(number == 0 ? " [" : "  "){\(TermPrinter.line(entry.key.term)),")
            if entry.script.isEmpty { lines.append("    []") }
            for (index, instruction) in entry.script.enumerated() {
                if let texts = comments[entry.key], texts.indices.contains(index), !texts[index].isEmpty {
                    // A line break would end the comment.
                    let text = String(texts[index].map { $0.isNewline ? " " : $0 })
                    lines.append("    \(index == 0 ? "[" : " ")%% \(text)")
                    lines.append("     \(TermPrinter.line(instruction))")
                } else {
                    lines.append("    \(index == 0 ? "[" : " ")\(TermPrinter.line(instruction))")
                }
                lines[lines.count - 1] += index == entry.script.count - 1 ? "]" : ","
            }
            lines[lines.count - 1] += "}\(number == entries.count - 1 ? "]" : ",")"
        }
        return lines
    }
}
