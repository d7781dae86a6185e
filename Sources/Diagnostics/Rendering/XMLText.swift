/// Text as XML 1.0 may hold it.
enum XMLText {
    /// Between tags; line breaks stay.
    static func content(_ text: String) -> String { self.escaped(text, isAttribute: false) }

    /// Between double quotes; a parser would make spaces of line breaks, so they are written as numbers.
    static func attribute(_ text: String) -> String { self.escaped(text, isAttribute: true) }

    private static func escaped(_ text: String, isAttribute: Bool) -> String {
        var result = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": result.append(contentsOf: "&amp;".unicodeScalars)
            case "<": result.append(contentsOf: "&lt;".unicodeScalars)
            // `]]>` may not stand in a text.
            case ">": result.append(contentsOf: "&gt;".unicodeScalars)
            case "\"" where isAttribute: result.append(contentsOf: "&quot;".unicodeScalars)
            case "\n" where !isAttribute, "\t" where !isAttribute: result.append(scalar)
            case "\n", "\t", "\r": result.append(contentsOf: "&#\(scalar.value);".unicodeScalars)
            // XML has no way to write other controls and these two.
            case "\u{fffe}", "\u{ffff}": result.append("\u{fffd}")
            default: result.append(SourceText.replacement(for: scalar) ?? scalar)
            }
        }
        return String(result)
    }
}
