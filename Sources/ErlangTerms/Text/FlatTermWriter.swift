import BigInt

/// Writes a term without line breaks, and notes where its parts lie so that ``TermLayout`` can break it up.
struct FlatTermWriter {
    /// A part of the text: a node of the term.
    struct Node {
        enum Kind {
            /// Atoms, numbers, strings, binaries of text, empty brackets: never broken.
            case text
            case list
            /// A list whose last node is the tail behind `|`.
            case improperList
            case tuple
            /// A tuple of at least two elements that begins with an atom.
            case taggedTuple
            case map
            /// Key and value of a map.
            case pair
            /// A binary written as numbers.
            case numbers
        }

        var kind: Kind
        /// Bytes of its text.
        var start: Int
        var end: Int
        /// Characters of its text.
        var width: Int
        /// Index of the node behind this one and all of its parts, which follow it.
        var next: Int
    }

    private(set) var bytes: [UInt8] = []
    /// In the order of their beginnings; the whole term first.
    private(set) var nodes: [Node] = []
    /// Bytes so far that do not begin a character.
    private var continuations = 0
    private let recordsNodes: Bool

    init(recordsNodes: Bool) { self.recordsNodes = recordsNodes }

    // MARK: - Nodes

    /// Writes what `body` writes as one node.
    private mutating func node(_ kind: Node.Kind, _ body: (inout FlatTermWriter) -> Void) {
        guard self.recordsNodes else { return body(&self) }
        let index = self.nodes.count
        let start = self.bytes.count
        let before = self.continuations
        self.nodes.append(Node(kind: kind, start: start, end: start, width: 0, next: index + 1))
        body(&self)
        self.nodes[index].end = self.bytes.count
        self.nodes[index].width = self.bytes.count - start - (self.continuations - before)
        self.nodes[index].next = self.nodes.count
    }

    mutating func write(_ term: Term) {
        switch term {
        case .atom(let atom): self.node(.text) { $0.append(atom) }
        case .integer(let value): self.node(.text) { $0.append(value) }
        case .bigInteger(let value): self.node(.text) { $0.append(value.value.description.utf8) }
        case .float(let value): self.node(.text) { $0.append(FloatText.bytes(value.value)) }
        case .tuple(let elements): self.writeTuple(elements)
        case .list(let elements): self.writeList(elements)
        case .improperList(let list):
            self.node(.improperList) { writer in
                writer.append(UInt8(ascii: "["))
                writer.writeElements(list.elements)
                writer.append(UInt8(ascii: "|"))
                writer.write(list.tail)
                writer.append(UInt8(ascii: "]"))
            }
        case .map(let map): self.writeMap(map)
        case .binary(let content): self.writeBinary(content)
        case .bitString(let bits):
            self.node(.numbers) { $0.appendNumbers(bits.bytes, bitsInLastByte: bits.bitsInLastByte) }
        case .pid(let pid): self.node(.text) { $0.append("<0.\(pid.id).\(pid.serial)>".utf8) }
        case .port(let port): self.node(.text) { $0.append("#Port<0.\(port.id)>".utf8) }
        case .reference(let reference):
            let words = reference.words.reversed().map { ".\($0)" }.joined()
            self.node(.text) { $0.append("#Ref<0\(words)>".utf8) }
        case .externalFunction(let function):
            self.node(.text) { writer in
                writer.append("fun ".utf8)
                writer.append(function.module)
                writer.append(UInt8(ascii: ":"))
                writer.append(function.function)
                writer.append(UInt8(ascii: "/"))
                writer.append(function.arity)
            }
        case .closure(let closure):
            self.node(.text) { writer in
                writer.append("#Fun<".utf8)
                writer.append(closure.module)
                writer.append(".\(closure.index).\(closure.oldUniqueness)>".utf8)
            }
        case .nativeRecord(let record): self.writeRecord(record)
        }
    }

    private mutating func writeElements(_ elements: [Term]) {
        var isFirst = true
        for element in elements {
            if !isFirst { self.append(UInt8(ascii: ",")) }
            isFirst = false
            self.write(element)
        }
    }

    private mutating func writeTuple(_ elements: [Term]) {
        var kind = Node.Kind.tuple
        if elements.isEmpty { kind = .text }
        if elements.count > 1, elements[0].atomValue != nil { kind = .taggedTuple }
        self.node(kind) { writer in
            writer.append(UInt8(ascii: "{"))
            writer.writeElements(elements)
            writer.append(UInt8(ascii: "}"))
        }
    }

    private mutating func writeList(_ elements: [Term]) {
        if elements.isEmpty {
            self.node(.text) { $0.append("[]".utf8) }
        } else if Self.isPrintable(elements) {
            self.node(.text) { writer in
                writer.append(UInt8(ascii: "\""))
                for case .integer(let value) in elements {
                    writer.append(UInt32(truncatingIfNeeded: value), quote: UInt8(ascii: "\""))
                }
                writer.append(UInt8(ascii: "\""))
            }
        } else {
            self.node(.list) { writer in
                writer.append(UInt8(ascii: "["))
                writer.writeElements(elements)
                writer.append(UInt8(ascii: "]"))
            }
        }
    }

    private mutating func writeMap(_ map: TermMap) {
        self.node(map.pairs.isEmpty ? .text : .map) { writer in
            writer.append("#{".utf8)
            var isFirst = true
            for pair in map.pairs {
                if !isFirst { writer.append(UInt8(ascii: ",")) }
                isFirst = false
                writer.node(.pair) { writer in
                    writer.write(pair.key)
                    writer.append(" => ".utf8)
                    writer.write(pair.value)
                }
            }
            writer.append(UInt8(ascii: "}"))
        }
    }

    private mutating func writeRecord(_ record: NativeRecord) {
        self.node(.text) { writer in
            writer.append(UInt8(ascii: "#"))
            writer.append(record.module)
            writer.append(UInt8(ascii: ":"))
            writer.append(record.name)
            writer.append(UInt8(ascii: "{"))
            for (index, field) in record.fields.enumerated() {
                if index > 0 { writer.append(UInt8(ascii: ",")) }
                writer.append(field.name)
                writer.append(" = ".utf8)
                // Its parts are no nodes: the record is one piece.
                writer.append(TermPrinter.lineBytes(field.value))
            }
            writer.append(UInt8(ascii: "}"))
        }
    }

    private mutating func writeBinary(_ content: [UInt8]) {
        switch BinaryText(content) {
        case .bytes:
            self.node(content.isEmpty ? .text : .numbers) { $0.appendNumbers(content, bitsInLastByte: 8) }
        case .latin1:
            self.node(.text) { writer in
                writer.append("<<\"".utf8)
                for byte in content { writer.append(UInt32(byte), quote: UInt8(ascii: "\"")) }
                writer.append("\">>".utf8)
            }
        case .utf8:
            self.node(.text) { writer in
                writer.append("<<\"".utf8)
                for byte in content {
                    // Bytes of longer characters need no escape.
                    if byte < 0x80 {
                        writer.append(UInt32(byte), quote: UInt8(ascii: "\""))
                    } else {
                        writer.append(byte)
                    }
                }
                writer.append("\"/utf8>>".utf8)
            }
        }
    }

    // MARK: - Pieces

    private mutating func append(_ byte: UInt8) {
        self.bytes.append(byte)
        if byte & 0xc0 == 0x80 { self.continuations += 1 }
    }

    private mutating func append(_ more: some Sequence<UInt8>) { for byte in more { self.append(byte) } }

    private mutating func append(_ value: Int) {
        var digits: UInt64 = 0
        var magnitude = value.magnitude
        guard magnitude < 1_000_000_000_000_000 else { return self.append(value.description.utf8) }
        if value < 0 { self.bytes.append(UInt8(ascii: "-")) }
        // Packed four bits a digit, lowest digit on top.
        var count = 0
        repeat {
            digits = digits << 4 | UInt64(magnitude % 10)
            magnitude /= 10
            count += 1
        } while magnitude > 0
        for _ in 0..<count {
            self.bytes.append(UInt8(ascii: "0") + UInt8(digits & 0xf))
            digits >>= 4
        }
    }

    /// `<<1,2,3:4>>`
    private mutating func appendNumbers(_ content: [UInt8], bitsInLastByte: Int) {
        self.append("<<".utf8)
        for (index, byte) in content.enumerated() {
            if index > 0 { self.bytes.append(UInt8(ascii: ",")) }
            let isPartial = bitsInLastByte < 8 && index == content.count - 1
            self.append(Int(isPartial ? byte >> UInt8(8 - bitsInLastByte) : byte))
            if isPartial {
                self.bytes.append(UInt8(ascii: ":"))
                self.append(bitsInLastByte)
            }
        }
        self.append(">>".utf8)
    }

    private mutating func append(_ atom: Atom) {
        if Self.isPlain(atom) { return self.append(atom.name.utf8) }
        self.append(UInt8(ascii: "'"))
        for scalar in atom.name.unicodeScalars { self.append(scalar.value, quote: UInt8(ascii: "'")) }
        self.append(UInt8(ascii: "'"))
    }

    /// One character inside quotes (`io_lib:write_string/2`).
    private mutating func append(_ scalar: UInt32, quote: UInt8) {
        switch scalar {
        case UInt32(quote), 0x5c: self.append([UInt8(ascii: "\\"), UInt8(truncatingIfNeeded: scalar)])
        case 0x20...0x7e: self.append(UInt8(truncatingIfNeeded: scalar))
        case 0x0a: self.append("\\n".utf8)
        case 0x0d: self.append("\\r".utf8)
        case 0x09: self.append("\\t".utf8)
        case 0x0b: self.append("\\v".utf8)
        case 0x08: self.append("\\b".utf8)
        case 0x0c: self.append("\\f".utf8)
        case 0x1b: self.append("\\e".utf8)
        case 0x7f: self.append("\\d".utf8)
        case 0..<0xa0:
            // Three digits, so that a digit behind it is not taken for a part of it.
            let octal = [scalar >> 6, scalar >> 3 & 7, scalar & 7].map { UInt8(ascii: "0") + UInt8($0) }
            self.append(UInt8(ascii: "\\"))
            self.append(octal)
        case 0xfffe, 0xffff: self.append("\\x{\(String(scalar, radix: 16, uppercase: true))}".utf8)
        default:
            guard let scalar = Unicode.Scalar(scalar) else { return }
            self.append(Unicode.UTF8.encode(scalar) ?? Unicode.UTF8.encodedReplacementCharacter)
        }
    }

    // MARK: - Questions

    /// Whether an atom needs no quotes, in any OTP release.
    private static func isPlain(_ atom: Atom) -> Bool {
        var isFirst = true
        for scalar in atom.name.unicodeScalars {
            let value = scalar.value
            if isFirst {
                let isLower = (0x61...0x7a).contains(value) || (0xdf...0xff).contains(value) && value != 0xf7
                guard isLower else { return false }
                isFirst = false
            } else if !TermLexer.isNameScalar(value) {
                return false
            }
        }
        guard !isFirst else { return false }
        return atom.name.utf8.count > 7 || ReservedWord(Array(atom.name.utf8)[...]) == nil
    }

    /// Whether a list is written as a string (`io_lib:printable_unicode_list/1`).
    private static func isPrintable(_ elements: [Term]) -> Bool {
        for element in elements {
            guard case .integer(let value) = element, let scalar = UInt32(exactly: value),
                self.isPrintable(scalar)
            else { return false }
        }
        return true
    }

    static func isPrintable(_ scalar: UInt32) -> Bool {
        switch scalar {
        case 0x20...0x7e, 0x08...0x0d, 0x1b: true
        case 0xa0..<0xd800, 0xe000..<0xfffe, 0x10000...0x10ffff: true
        default: false
        }
    }
}
