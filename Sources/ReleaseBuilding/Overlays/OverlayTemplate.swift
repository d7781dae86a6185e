import Diagnostics

/// A mustache template of an overlay (https://mustache.github.io/mustache.5.html), as relx's bbmustache reads it: nothing
/// is escaped, there are no partials, and lines that hold nothing but a section's tag or a comment vanish.
///
/// Unlike swift-mustache it works on bytes, so that a file that is not UTF-8 stays as it is, and knows where each tag
/// stands, so that a variable that there is not can be shown.
struct OverlayTemplate {
    /// Where the text of a template was written.
    enum Location {
        case file(SourceFile)
        /// The term of a manifest or of a file of variables that it is the value of.
        case term(SourceRange)

        func place(_ range: Range<Int>) -> Diagnostic.Place {
            switch self {
            case .file(let file): .source(SourceRange(file, ByteRange(range.lowerBound, range.upperBound)))
            case .term(let range): .source(range)
            }
        }
    }

    indirect enum Node {
        case text(Range<Int>)
        case variable(name: String, Range<Int>)
        case section(name: String, isInverted: Bool, [Node])
    }

    /// How deep sections may stand in each other.
    static let depthLimit = 32

    let bytes: [UInt8]
    let location: Location
    private(set) var nodes: [Node] = []

    /// Nil after a finding that says where the template is none.
    init?(_ bytes: [UInt8], at location: Location, _ findings: inout [Diagnostic]) {
        self.bytes = bytes
        self.location = location
        do throws(Problem) {
            self.nodes = try Self.parse(bytes)
        } catch {
            findings.append(
                Diagnostic(
                    .overlayBadTemplate, .error, error.summary, at: location.place(error.range), help: [error.help]))
            return nil
        }
    }

    // MARK: - Parsing

    private struct Problem: Error {
        var summary: String
        var range: Range<Int>
        var help: String
    }

    private struct Section {
        var name: String
        var isInverted: Bool
        var range: Range<Int>
        var nodes: [Node] = []
    }

    /// One tag: what kind it is of, its name, and the bytes from its opening to behind its closing delimiter.
    private struct Tag {
        var kind: UInt8?
        var name: String
        var range: Range<Int>
    }

    private static func parse(_ bytes: [UInt8]) throws(Problem) -> [Node] {
        var open = Array("{{".utf8)
        var close = Array("}}".utf8)
        var stack = [Section(name: "", isInverted: false, range: 0..<0)]
        var position = 0
        while let start = Self.find(open, in: bytes, from: position) {
            let tag = try Self.tag(in: bytes, at: start, open, close)
            var (textEnd, next) = (start, tag.range.upperBound)
            switch tag.kind {
            case nil, UInt8(ascii: "&"), UInt8(ascii: "{"): break
            default:
                if let line = Self.line(around: tag.range, in: bytes), line.lowerBound >= position {
                    (textEnd, next) = (line.lowerBound, line.upperBound)
                }
            }
            if position < textEnd { stack[stack.count - 1].nodes.append(.text(position..<textEnd)) }
            position = next
            switch tag.kind {
            case nil, UInt8(ascii: "&"), UInt8(ascii: "{"):
                stack[stack.count - 1].nodes.append(.variable(name: tag.name, tag.range))
            case UInt8(ascii: "!"): break
            case UInt8(ascii: "#"), UInt8(ascii: "^"):
                guard stack.count <= Self.depthLimit else {
                    throw Problem(
                        summary: "sections stand more than \(Self.depthLimit) deep in each other", range: tag.range,
                        help: "close some of them")
                }
                stack.append(
                    Section(name: tag.name, isInverted: tag.kind == UInt8(ascii: "^"), range: tag.range))
            case UInt8(ascii: "/"):
                guard stack.count > 1, let last = stack.last, last.name == tag.name else {
                    let open = stack.count > 1 ? stack[stack.count - 1].name : nil
                    throw Problem(
                        summary: "section `\(tag.name)` ends here, but "
                            + (open.map { "section `\($0)` is open" } ?? "no section is open"),
                        range: tag.range, help: "end the section that was opened last, or remove this tag")
                }
                stack.removeLast()
                stack[stack.count - 1].nodes.append(
                    .section(name: last.name, isInverted: last.isInverted, last.nodes))
            case UInt8(ascii: "="):
                let words = tag.name.utf8.split(separator: UInt8(ascii: " ")).map(Array.init)
                guard words.count == 2 else {
                    throw Problem(
                        summary: "delimiters are two words", range: tag.range, help: "for example: {{=<% %>=}}")
                }
                (open, close) = (words[0], words[1])
            default:
                throw Problem(
                    summary: "templates of overlays have no partials", range: tag.range,
                    help: "write the text here, or copy the file that it is in")
            }
        }
        guard stack.count == 1 else {
            let last = stack[stack.count - 1]
            throw Problem(
                summary: "section `\(last.name)` does not end", range: last.range, help: "add `{{/\(last.name)}}`")
        }
        if position < bytes.count { stack[0].nodes.append(.text(position..<bytes.count)) }
        return stack[0].nodes
    }

    private static func tag(
        in bytes: [UInt8], at start: Int, _ open: [UInt8], _ close: [UInt8]
    ) throws(Problem) -> Tag {
        var from = start + open.count
        let kinds = Array("&{#^/!=>".utf8)
        let kind = from < bytes.count && kinds.contains(bytes[from]) ? bytes[from] : nil
        if kind != nil { from += 1 }
        let closing =
            switch kind {
            case UInt8(ascii: "{"): [UInt8(ascii: "}")] + close
            case UInt8(ascii: "="): [UInt8(ascii: "=")] + close
            default: close
            }
        guard let end = Self.find(closing, in: bytes, from: from) else {
            throw Problem(
                summary: "this tag does not end", range: start..<min(bytes.count, from),
                help: "add `\(String(decoding: closing, as: UTF8.self))` behind it")
        }
        let range = start..<(end + closing.count)
        var name = bytes[from..<end]
        while let first = name.first, Self.isBlank(first) || first == UInt8(ascii: "\n") { name.removeFirst() }
        while let last = name.last, Self.isBlank(last) || last == UInt8(ascii: "\n") { name.removeLast() }
        if name.isEmpty, kind != UInt8(ascii: "!") {
            throw Problem(summary: "this tag has no name", range: range, help: "write the name of a variable into it")
        }
        return Tag(kind: kind, name: String(decoding: name, as: UTF8.self), range: range)
    }

    /// The line that a tag stands on, with its end, if there is nothing else on it.
    private static func line(around range: Range<Int>, in bytes: [UInt8]) -> Range<Int>? {
        var lower = range.lowerBound
        while lower > 0, Self.isBlank(bytes[lower - 1]) { lower -= 1 }
        guard lower == 0 || bytes[lower - 1] == UInt8(ascii: "\n") else { return nil }
        var upper = range.upperBound
        while upper < bytes.count, Self.isBlank(bytes[upper]) { upper += 1 }
        if upper == bytes.count { return lower..<upper }
        return bytes[upper] == UInt8(ascii: "\n") ? lower..<(upper + 1) : nil
    }

    private static func isBlank(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") || byte == UInt8(ascii: "\r")
    }

    private static func find(_ pattern: [UInt8], in bytes: [UInt8], from start: Int) -> Int? {
        guard let first = pattern.first, start <= bytes.count - pattern.count else { return nil }
        var index = start
        while index <= bytes.count - pattern.count {
            if bytes[index] == first, bytes[index..<(index + pattern.count)].elementsEqual(pattern) { return index }
            index += 1
        }
        return nil
    }
}
