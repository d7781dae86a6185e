import Diagnostics

/// Cuts the bytes of `vm.args` into arguments, as `erlexec.c` does. What lies behind a NUL does not count.
struct VMArgumentsScanner {
    private let source: SourceFile
    private let bytes: ArraySlice<UInt8>
    private(set) var diagnostics: [Diagnostic] = []

    init(_ source: SourceFile) {
        self.source = source
        self.bytes = source.bytes.prefix { $0 != 0 }
    }

    /// White space as C's `isspace` sees it.
    static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || (0x09...0x0d).contains(byte) }

    /// Whether a byte means something outside quotes.
    static func isSpecial(_ byte: UInt8) -> Bool {
        self.isSpace(byte)
            || [UInt8(ascii: "#"), UInt8(ascii: "\""), UInt8(ascii: "'"), UInt8(ascii: "\\")]
                .contains(byte)
    }

    /// The arguments; what is wrong goes to the findings.
    mutating func scan() -> [VMArguments.Argument] {
        var arguments: [VMArguments.Argument] = []
        var current: [UInt8]?
        var start = 0
        var index = 0

        func finish(_ scanner: inout VMArgumentsScanner) {
            guard let text = current else { return }
            let range = ByteRange(start, index)
            current = nil
            if String(validating: text, as: UTF8.self) == nil {
                scanner.report(
                    .vmArgsNotText, .error, "this argument is not in UTF-8", range, help: ["save the file in UTF-8"])
            }
            arguments.append(.init(String(decoding: text, as: UTF8.self), range: range))
        }

        while index < self.bytes.count {
            let byte = self.bytes[index]
            if Self.isSpace(byte) {
                finish(&self)
                index += 1
                continue
            }
            if byte == UInt8(ascii: "#") {
                finish(&self)
                index = self.bytes[index...].firstIndex(of: UInt8(ascii: "\n")) ?? self.bytes.count
                continue
            }
            if current == nil {
                current = []
                start = index
            }
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "'"):
                let end = self.bytes[(index + 1)...].firstIndex(of: byte)
                if end == nil {
                    self.report(
                        .vmArgsOpenQuote, .warning, "this quote is never closed", ByteRange(index, index + 1),
                        explanation: "The argument goes on to the end of the file.",
                        help: ["close it; inside quotes a backslash does not escape, outside `\\'` stands for a quote"])
                }
                current?.append(contentsOf: self.bytes[(index + 1)..<(end ?? self.bytes.count)])
                index = end.map { $0 + 1 } ?? self.bytes.count
            case UInt8(ascii: "\\"):
                if index + 1 < self.bytes.count { current?.append(self.bytes[index + 1]) }
                index = min(index + 2, self.bytes.count)
            default:
                current?.append(byte)
                index += 1
            }
        }
        finish(&self)
        self.findMissingValues(arguments)
        return arguments
    }

    /// Flags without which nothing works and that take a value.
    private mutating func findMissingValues(_ arguments: [VMArguments.Argument]) {
        for flag in VMArguments(arguments: arguments).flags where flag.values.isEmpty {
            guard ["-name", "-sname", "-setcookie", "-args_file"].contains(flag.name.text) else { continue }
            self.report(
                .vmArgsMissingValue, .error, "`\(flag.name.text)` needs a value", flag.name.range,
                help: ["write it behind the flag, or remove the flag"])
        }
    }

    private mutating func report(
        _ id: Diagnostic.ID, _ severity: Diagnostic.Severity, _ summary: String, _ range: ByteRange,
        explanation: String = "", help: [String]
    ) {
        self.diagnostics.append(
            Diagnostic(
                id, severity, summary, at: .source(SourceRange(self.source, range)), explanation: explanation,
                help: help))
    }
}
