import BigInt
import ByteParsing

/// Terms that hold no others, except atoms and process identifiers in fixed places.
extension ExternalTermDecoder {
    // MARK: - Numbers

    func big(_ cursor: inout ByteCursor, count: Int) throws(ExternalTermError) -> Term {
        let isNegative = try cursor.byte() != 0
        let bytes = try cursor.bytes(count: count)
        let bytesInWord = UInt.bitWidth / 8
        var words: [UInt] = []
        words.reserveCapacity(count / bytesInWord + 1)
        for start in stride(from: 0, to: count, by: bytesInWord) {
            var word: UInt = 0
            for position in (start..<min(start + bytesInWord, count)).reversed() {
                word = word << 8 | UInt(bytes[position])
            }
            words.append(word)
        }
        let magnitude = BigUInt(words: words)
        return .integer(normalizing: BigInt(sign: isNegative ? .minus : .plus, magnitude: magnitude))
    }

    /// The text that `sprintf("%.20e")` made, padded with zero bytes to 31 bytes.
    static func textFloat(_ cursor: inout ByteCursor) throws(ExternalTermError) -> Term {
        let start = cursor.offset
        let text = try cursor.bytes(count: 31).prefix { $0 != 0 }
        guard self.isFloat(text), let value = Double(String(decoding: text, as: UTF8.self)),
            let float = Term.float(value)
        else { throw ExternalTermError(.invalidFloat, offset: start) }
        return float
    }

    /// Sign, digits, point, digits, and perhaps an exponent; so that nothing else that Swift reads as a number passes.
    private static func isFloat(_ text: ArraySlice<UInt8>) -> Bool {
        var rest = text
        func skip(_ characters: StaticString) {
            if let first = rest.first, characters.description.utf8.contains(first) { rest.removeFirst() }
        }
        func skipDigits() -> Bool {
            let digits = rest.prefix { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
            rest.removeFirst(digits.count)
            return !digits.isEmpty
        }
        skip("+-")
        guard skipDigits(), rest.first == UInt8(ascii: ".") else { return false }
        skip(".")
        guard skipDigits() else { return false }
        if rest.isEmpty { return true }
        guard rest.first == UInt8(ascii: "e") || rest.first == UInt8(ascii: "E") else { return false }
        skip("eE")
        skip("+-")
        return skipDigits() && rest.isEmpty
    }

    /// An integer inside a function.
    static func integer(_ cursor: inout ByteCursor) throws(ExternalTermError) -> Int {
        let start = cursor.offset
        let tag = try cursor.byte()
        switch tag {
        case ExternalTermTag.smallInteger.rawValue: return Int(try cursor.byte())
        case ExternalTermTag.integer.rawValue: return Int(try cursor.integer(Int32.self))
        default: throw ExternalTermError(.integerExpected(tag: tag), offset: start)
        }
    }

    // MARK: - Atoms and bits

    static func atom(_ cursor: inout ByteCursor) throws(ExternalTermError) -> Atom {
        let start = cursor.offset
        let rawTag = try cursor.byte()
        guard let tag = ExternalTermTag(rawValue: rawTag) else {
            throw ExternalTermError(.atomExpected(tag: rawTag), offset: start)
        }
        return try self.atom(&cursor, tag: tag, start)
    }

    static func atom(
        _ cursor: inout ByteCursor, tag: ExternalTermTag, _ start: Int
    ) throws(ExternalTermError) -> Atom {
        let name: String?
        switch tag {
        case .atom: name = try self.latin1(&cursor, count: Int(try cursor.integer(UInt16.self)))
        case .smallAtom: name = try self.latin1(&cursor, count: Int(try cursor.byte()))
        case .atomUTF8: name = try self.utf8(&cursor, count: Int(try cursor.integer(UInt16.self)))
        case .smallAtomUTF8: name = try self.utf8(&cursor, count: Int(try cursor.byte()))
        case .atomCacheReference: throw ExternalTermError(.cachedAtom, offset: start)
        case .newFloat, .bitBinary, .compressed, .newPid, .newPort, .newerReference, .smallInteger, .integer, .float,
            .reference, .port, .pid, .smallTuple, .largeTuple, .nil, .string, .list, .binary, .smallBig, .largeBig,
            .newFunction, .export, .newReference, .map, .function, .v4Port, .local, .nativeRecord:
            throw ExternalTermError(.atomExpected(tag: tag.rawValue), offset: start)
        }
        guard let name else { throw ExternalTermError(.invalidUTF8, offset: start) }
        guard let atom = Atom(validating: name) else { throw ExternalTermError(.atomTooLong, offset: start) }
        return atom
    }

    private static func latin1(_ cursor: inout ByteCursor, count: Int) throws(ExternalTermError) -> String {
        let bytes = try cursor.bytes(count: count)
        if bytes.allSatisfy({ $0 < 0x80 }) { return String(decoding: bytes, as: UTF8.self) }
        var scalars = String.UnicodeScalarView()
        scalars.append(contentsOf: bytes.lazy.map { Unicode.Scalar($0) })
        return String(scalars)
    }

    private static func utf8(_ cursor: inout ByteCursor, count: Int) throws(ExternalTermError) -> String? {
        String(validating: try cursor.bytes(count: count), as: UTF8.self)
    }

    static func bitString(_ cursor: inout ByteCursor) throws(ExternalTermError) -> Term {
        let count = Int(try cursor.integer(UInt32.self))
        let start = cursor.offset
        let bits = try cursor.byte()
        guard (1...8).contains(bits) && count > 0 || bits == 0 && count == 0 else {
            throw ExternalTermError(.invalidBitCount(bits), offset: start)
        }
        return .bitString(try cursor.bytes(count: count), bitsInLastByte: Int(bits))
    }

    // MARK: - Identifiers and functions

    static func pid(_ cursor: inout ByteCursor) throws(ExternalTermError) -> ProcessIdentifier {
        let start = cursor.offset
        let rawTag = try cursor.byte()
        switch rawTag {
        case ExternalTermTag.pid.rawValue: return try self.pid(&cursor, tag: .pid)
        case ExternalTermTag.newPid.rawValue: return try self.pid(&cursor, tag: .newPid)
        default: throw ExternalTermError(.processIdentifierExpected(tag: rawTag), offset: start)
        }
    }

    static func pid(
        _ cursor: inout ByteCursor, tag: ExternalTermTag
    ) throws(ExternalTermError) -> ProcessIdentifier {
        ProcessIdentifier(
            node: try self.atom(&cursor), id: try cursor.integer(UInt32.self),
            serial: try cursor.integer(UInt32.self), creation: try self.creation(&cursor, isShort: tag == .pid))
    }

    static func port(_ cursor: inout ByteCursor, tag: ExternalTermTag) throws(ExternalTermError) -> PortIdentifier {
        PortIdentifier(
            node: try self.atom(&cursor),
            id: tag == .v4Port ? try cursor.integer(UInt64.self) : UInt64(try cursor.integer(UInt32.self)),
            creation: try self.creation(&cursor, isShort: tag == .port))
    }

    static func reference(_ cursor: inout ByteCursor, tag: ExternalTermTag) throws(ExternalTermError) -> Reference {
        if tag == .reference {
            let node = try self.atom(&cursor)
            let word = try cursor.integer(UInt32.self)
            return Reference(node: node, creation: try self.creation(&cursor, isShort: true), words: [word])
        }
        let start = cursor.offset
        let count = Int(try cursor.integer(UInt16.self))
        guard (1...5).contains(count) else {
            throw ExternalTermError(.invalidReferenceSize(words: count), offset: start)
        }
        let node = try self.atom(&cursor)
        let creation = try self.creation(&cursor, isShort: tag == .newReference)
        var words: [UInt32] = []
        for _ in 0..<count { words.append(try cursor.integer(UInt32.self)) }
        return Reference(node: node, creation: creation, words: words)
    }

    /// The old forms have a creation of one byte.
    private static func creation(_ cursor: inout ByteCursor, isShort: Bool) throws(ExternalTermError) -> UInt32 {
        isShort ? UInt32(try cursor.byte()) : try cursor.integer(UInt32.self)
    }

    static func export(_ cursor: inout ByteCursor) throws(ExternalTermError) -> Term {
        let module = try self.atom(&cursor)
        let function = try self.atom(&cursor)
        let start = cursor.offset
        let arity = try self.integer(&cursor)
        guard (0...255).contains(arity) else { throw ExternalTermError(.invalidArity(arity), offset: start) }
        return .externalFunction(ExternalFunction(module: module, function: function, arity: arity))
    }
}

/// The cursor's reads with this module's error.
extension ByteCursor {
    mutating func byte() throws(ExternalTermError) -> UInt8 {
        do { return try self.readByte() } catch { throw ExternalTermError(error) }
    }

    mutating func integer<I: FixedWidthInteger>(_ type: I.Type) throws(ExternalTermError) -> I {
        do { return try self.readBigEndian(type) } catch { throw ExternalTermError(error) }
    }

    mutating func bytes(count: Int) throws(ExternalTermError) -> [UInt8] {
        do { return try self.readBytes(count: count) } catch { throw ExternalTermError(error) }
    }

    mutating func advance(count: Int) throws(ExternalTermError) {
        do { try self.skip(count: count) } catch { throw ExternalTermError(error) }
    }
}
