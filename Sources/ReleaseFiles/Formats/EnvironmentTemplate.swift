package import Diagnostics

/// `sys.config.src` and `vm.args.src`: text in which `${NAME}` and `${NAME:-DEFAULT}` stand for environment variables, as
/// relx has it. The start script of a release renders them before a boot (`Templates/bin/release.mustache`, which does the
/// same in awk), the installer before a hot upgrade.
///
/// A value never breaks out of its place. In quotes it is escaped; elsewhere in terms it must be one Erlang term, and in
/// arguments it is one word. A default is taken when the variable is not set or empty, and stands as it is written, since
/// it comes from the release. A variable that is neither set nor has a default is an error (relx: the empty text).
package struct EnvironmentTemplate {
    /// What the text is, once it is rendered.
    package enum Kind: Hashable, Sendable {
        /// Erlang terms: `sys.config`.
        case terms
        /// Arguments as erlexec reads them: `vm.args`.
        case arguments
    }

    private let source: SourceFile
    private let kind: Kind
    private let environment: [String: String]
    private var findings: [Diagnostic] = []

    /// The rendered text; nil after findings of error severity, which never show a value: it may be a secret.
    package static func render(
        _ source: SourceFile, _ kind: Kind, environment: [String: String], _ findings: inout [Diagnostic]
    ) -> [UInt8]? {
        var template = Self(source, kind, environment)
        let result = template.rendered()
        findings += template.findings
        return template.findings.hasErrors ? nil : result
    }

    private init(_ source: SourceFile, _ kind: Kind, _ environment: [String: String]) {
        self.source = source
        self.kind = kind
        self.environment = environment
    }

    // MARK: - Text

    /// Where in the text a place is.
    private enum Surroundings: Hashable {
        case plain
        case comment
        /// Between two quotes of this kind.
        case quotes(UInt8)
    }

    private mutating func rendered() -> [UInt8] {
        let bytes = self.source.bytes
        let comment = self.kind == .terms ? UInt8(ascii: "%") : UInt8(ascii: "#")
        var result: [UInt8] = []
        result.reserveCapacity(bytes.count)
        var surroundings = Surroundings.plain
        var at = 0
        while at < bytes.count {
            let byte = bytes[at]
            if surroundings != .comment, let end = self.endOfVariable(at) {
                result += self.value(of: (at + 2)..<(end - 1), surroundings)
                at = end
                continue
            }
            var taken = 1
            switch surroundings {
            case .comment:
                if byte == UInt8(ascii: "\n") { surroundings = .plain }
            case .quotes(let quote):
                if byte == quote { surroundings = .plain }
                if byte == UInt8(ascii: "\\"), self.kind == .terms { taken = 2 }
            case .plain:
                switch byte {
                case UInt8(ascii: "\""), UInt8(ascii: "'"): surroundings = .quotes(byte)
                case comment: surroundings = .comment
                case UInt8(ascii: "\\") where self.kind == .arguments: taken = 2
                case UInt8(ascii: "$") where self.kind == .terms:
                    taken = at + 1 < bytes.count && bytes[at + 1] == UInt8(ascii: "\\") ? 3 : 2
                default: break
                }
            }
            let end = min(at + taken, bytes.count)
            result += bytes[at..<end]
            at = end
        }
        return result
    }

    /// Behind the brace that closes the variable at a place; nil where none is.
    private func endOfVariable(_ start: Int) -> Int? {
        let bytes = self.source.bytes
        guard start + 1 < bytes.count, bytes[start] == UInt8(ascii: "$"), bytes[start + 1] == UInt8(ascii: "{") else {
            return nil
        }
        var at = start + 2
        while at < bytes.count, bytes[at] != UInt8(ascii: "\n") {
            if bytes[at] == UInt8(ascii: "}") { return at + 1 }
            at += 1
        }
        return nil
    }

    // MARK: - Values

    /// What stands for the variable whose name, and default, are in this range.
    private mutating func value(of range: Range<Int>, _ surroundings: Surroundings) -> [UInt8] {
        let place = Diagnostic.Place.source(
            SourceRange(self.source, ByteRange(range.lowerBound - 2, range.upperBound + 1)))
        let word = Array(self.source.bytes[range])
        let length = word.prefix { Self.isNameByte($0) }.count
        let rest = word[length...]
        let name = String(decoding: word[..<length], as: UTF8.self)
        let hasDefault = rest.starts(with: ":-".utf8)
        guard length > 0, !Self.isDigit(word[0]), rest.isEmpty || hasDefault else {
            self.findings.append(
                Diagnostic(
                    .configNotAVariable, .error,
                    "`${\(String(decoding: word, as: UTF8.self))}` does not name an environment variable", at: place,
                    explanation: "A name has letters, digits and underscores; `${NAME:-DEFAULT}` has a default."))
            return []
        }
        let value = self.environment[name].map { Array($0.utf8) }
        if value?.isEmpty ?? true, hasDefault { return Array(rest.dropFirst(2)) }
        guard let value else {
            self.findings.append(
                Diagnostic(
                    .configVariableNotSet, .error, "the environment variable `\(name)` is not set", at: place,
                    explanation: "The environment is that in which the node was started.",
                    help: ["set it where the node is started", "or write a default: `${\(name):-DEFAULT}`"]))
            return []
        }
        switch (self.kind, surroundings) {
        case (.terms, .quotes(let quote)): return Self.escaped(value) { $0 != quote && $0 != UInt8(ascii: "\\") }
        case (.terms, .plain), (.terms, .comment):
            let term = Self.trimmed(value)
            if !Self.isTerm(term) {
                self.findings.append(
                    Diagnostic(
                        .configValueNotATerm, .error, "the value of `\(name)` is not one Erlang term", at: place,
                        explanation: "Outside of quotes a value stands for a number, an atom, a list and so on.",
                        help: ["put a text into quotes: `\"${\(name)}\"`"]))
            }
            return Array(term)
        case (.arguments, _) where value.contains(UInt8(ascii: "\n")):
            self.findings.append(
                Diagnostic(
                    .configValueDoesNotFit, .error, "the value of `\(name)` has several lines", at: place,
                    explanation: "An argument of the virtual machine is one line."))
            return []
        case (.arguments, .quotes(let quote)):
            if value.contains(quote) {
                self.findings.append(
                    Diagnostic(
                        .configValueDoesNotFit, .error, "the value of `\(name)` has the quote that it stands in",
                        at: place, explanation: "Nothing escapes a quote in the quotes of `vm.args`.",
                        help: ["write `${\(name)}` without quotes: it is one argument whatever is in it"]))
            }
            return value
        case (.arguments, .plain), (.arguments, .comment): return Self.escaped(value, Self.isPlainInArguments)
        }
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }

    private static func isLetter(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
    }

    private static func isNameByte(_ byte: UInt8) -> Bool {
        self.isLetter(byte) || self.isDigit(byte) || byte == UInt8(ascii: "_")
    }

    private static func isPlainInArguments(_ byte: UInt8) -> Bool {
        self.isNameByte(byte) || "@%+=:,./-".utf8.contains(byte)
    }

    private static func escaped(_ value: [UInt8], _ isPlain: (UInt8) -> Bool) -> [UInt8] {
        value.flatMap { isPlain($0) ? [$0] : [UInt8(ascii: "\\"), $0] }
    }

    private static func trimmed(_ value: [UInt8]) -> ArraySlice<UInt8> {
        let blanks = Array(" \t\n".utf8)
        let start = value.drop { blanks.contains($0) }
        return start.prefix(upTo: (start.lastIndex { !blanks.contains($0) } ?? start.startIndex - 1) + 1)
    }

    // MARK: - Terms

    /// Whether a text is one number, atom, string, or one group of brackets that is closed by its last byte. What is in the
    /// brackets shows when the whole file is read.
    private static func isTerm(_ text: ArraySlice<UInt8>) -> Bool {
        guard let first = text.first else { return false }
        if self.isNumber(text) { return true }
        if (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(first) {
            return text.allSatisfy { self.isNameByte($0) || $0 == UInt8(ascii: "@") }
        }
        return self.isQuotedOrGroup(text)
    }

    private static func isNumber(_ text: ArraySlice<UInt8>) -> Bool {
        let sign: (UInt8) -> Bool = { $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "+") }
        var rest = text
        if let first = rest.first, sign(first) { rest = rest.dropFirst() }
        let digits = rest.prefix(while: self.isDigit)
        rest = rest.dropFirst(digits.count)
        if digits.isEmpty { return false }
        guard let mark = rest.popFirst() else { return true }
        if mark == UInt8(ascii: "#") {
            return !rest.isEmpty && rest.allSatisfy { self.isLetter($0) || self.isDigit($0) }
        }
        guard mark == UInt8(ascii: ".") else { return false }
        let fraction = rest.prefix(while: self.isDigit)
        rest = rest.dropFirst(fraction.count)
        if fraction.isEmpty { return false }
        guard let exponent = rest.popFirst() else { return true }
        if let first = rest.first, sign(first) { rest = rest.dropFirst() }
        return exponent | 0x20 == UInt8(ascii: "e") && !rest.isEmpty && rest.allSatisfy(self.isDigit)
    }

    private static func isQuotedOrGroup(_ text: ArraySlice<UInt8>) -> Bool {
        guard ["\"", "'", "[", "{", "<<", "#{"].contains(where: { text.starts(with: $0.utf8) }) else { return false }
        var open: [UInt8] = []
        var quote: UInt8?
        var at = text.startIndex
        func byte(_ index: Int) -> UInt8? { index < text.endIndex ? text[index] : nil }
        while let current = byte(at) {
            defer { at += 1 }
            if let end = quote {
                if current == UInt8(ascii: "\\") {
                    at += 1
                } else if current == end {
                    quote = nil
                    if open.isEmpty { return at == text.endIndex - 1 }
                }
                continue
            }
            switch current {
            case UInt8(ascii: "%"): return false
            case UInt8(ascii: "\""), UInt8(ascii: "'"): quote = current
            case UInt8(ascii: "$"): at += byte(at + 1) == UInt8(ascii: "\\") ? 2 : 1
            case UInt8(ascii: "["): open.append(UInt8(ascii: "]"))
            case UInt8(ascii: "{"): open.append(UInt8(ascii: "}"))
            case UInt8(ascii: "<") where byte(at + 1) == current:
                open.append(UInt8(ascii: ">"))
                at += 1
            case UInt8(ascii: ">") where byte(at + 1) != current: break
            case UInt8(ascii: "]"), UInt8(ascii: "}"), UInt8(ascii: ">"):
                if current == UInt8(ascii: ">") { at += 1 }
                guard open.popLast() == current else { return false }
                if open.isEmpty { return at == text.endIndex - 1 }
            default: break
            }
        }
        return false
    }
}
