import Diagnostics
import ErlangTerms

/// Reads files that hold one term.
enum TermFileReader {
    /// The term of the file; nil after an error. `kind` names the file in messages: "a release resource file".
    static func read(
        _ source: SourceFile, rule: ReadingRule, kind: String, _ diagnostics: inout [Diagnostic]
    ) -> LocatedTerm? {
        switch rule {
        case .firstTerm:
            guard let term = TermText.parseFirstTerm(source, &diagnostics) else { return nil }
            diagnostics += self.ignoredRest(of: source, behind: term, kind: kind)
            return term
        case .onlyTerm:
            guard let file = TermText.parseFile(source, &diagnostics) else { return nil }
            if file.terms.count == 1 { return file.terms[0] }
            diagnostics.append(
                Diagnostic(
                    .termFileNotOneTerm, .error,
                    file.terms.isEmpty ? "the file holds no term" : "the file holds more than one term",
                    at: file.terms.count > 1 ? file.place(file.terms[1]) : .file(source.path),
                    explanation: "OTP reads \(kind) only if it is one term that ends with a dot.",
                    help: file.terms.isEmpty ? [] : ["remove everything behind the first term"]))
            return nil
        }
    }

    /// Reads the file and then the term in it.
    static func read<Value>(
        _ source: SourceFile, rule: ReadingRule, kind: String, _ diagnostics: inout [Diagnostic],
        _ reading: (LocatedTerm) -> Reading<Value>
    ) -> Value? {
        guard let term = self.read(source, rule: rule, kind: kind, &diagnostics) else { return nil }
        let result = reading(term)
        diagnostics += result.diagnostics
        return result.value
    }

    /// A warning when something follows the first term.
    static func ignoredRest(of source: SourceFile, behind term: LocatedTerm, kind: String) -> [Diagnostic] {
        guard let rest = self.rest(of: source, behind: term) else { return [] }
        return [
            Diagnostic(
                .termFileRestIgnored, .warning, "everything behind the first term is ignored",
                at: .source(SourceRange(source, rest)), explanation: "\(kind) is read up to its first dot.",
                help: ["remove it, or the dot before it if it belongs to the term"])
        ]
    }

    /// The bytes behind the dot of the first term, if they are more than white space and comments.
    private static func rest(of source: SourceFile, behind term: LocatedTerm) -> ByteRange? {
        let bytes = source.bytes
        var index = Int(term.range.upperBound)
        var isBehindDot = false
        while index < bytes.count {
            switch bytes[index] {
            case UInt8(ascii: "%"):
                index = bytes[index...].firstIndex(of: UInt8(ascii: "\n")) ?? bytes.count
            case UInt8(ascii: ".") where !isBehindDot:
                isBehindDot = true
                index += 1
            case 0...32, 0x7f...0xa0:
                index += 1
            default:
                return ByteRange(index, bytes.count)
            }
        }
        return nil
    }
}
