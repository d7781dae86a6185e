import ByteParsing

/// One spelling for every term in the external term format, so that equal literals of two files are equal bytes.
///
/// Compilers write atoms in Latin-1 or UTF-8 and the keys of maps in the order of the atom table of the node that
/// compiled. Here atoms are UTF-8 and keys are sorted. One value is left out: file and line of what `?LOCATION` of
/// `logger.hrl` and Elixir's `Logger` make, which say where in the source a message comes from, as the line table does.
enum CanonicalTerm {
    /// Deeper terms are taken as they are.
    private static let depthLimit = 128

    /// A term that is taken as it is.
    private struct NotCanonical: Error {}

    /// Appends the term that is all of `bytes`, its version byte in front.
    static func append(_ bytes: Span<UInt8>, to out: inout [UInt8]) {
        let start = out.count
        do {
            var cursor = ByteCursor(bytes)
            guard try cursor.readByte() == 131 else { throw NotCanonical() }
            try self.append(&cursor, to: &out, depth: 0)
            try cursor.requireEnd()
        } catch {
            out.removeSubrange(start...)
            // No term starts with this byte.
            out.append(0)
            self.copy(bytes, to: &out)
        }
    }

    private static func copy(_ bytes: Span<UInt8>, to out: inout [UInt8]) {
        for index in bytes.indices { out.append(bytes[index]) }
    }

    private static func copy(_ cursor: inout ByteCursor, count: Int, to out: inout [UInt8]) throws {
        guard count >= 0, count <= cursor.remaining else { throw NotCanonical() }
        self.copy(cursor.rest.extracting(0..<count), to: &out)
        try cursor.skip(count: count)
    }

    private static func append(_ cursor: inout ByteCursor, to out: inout [UInt8], depth: Int) throws {
        guard depth < self.depthLimit else { throw NotCanonical() }
        let tag = try cursor.readByte()
        switch tag {
        case 100: try self.latin1Atom(&cursor, count: Int(try cursor.readBigEndian(UInt16.self)), to: &out)
        case 115: try self.latin1Atom(&cursor, count: Int(try cursor.readByte()), to: &out)
        case 118: try self.atom(&cursor, count: Int(try cursor.readBigEndian(UInt16.self)), to: &out)
        case 119: try self.atom(&cursor, count: Int(try cursor.readByte()), to: &out)
        case 116: try self.map(&cursor, to: &out, depth: depth)
        case 97, 98, 70, 106, 77, 107, 109, 110, 111:
            out.append(tag)
            try self.copy(&cursor, count: self.size(tag, cursor), to: &out)
        case 104, 105, 108, 113:
            out.append(tag)
            var count: Int
            if tag == 113 {
                count = 3
            } else if tag == 104 {
                count = Int(try cursor.readByte())
                out.append(UInt8(truncatingIfNeeded: count))
            } else {
                count = Int(try cursor.readBigEndian(UInt32.self))
                self.number(count, to: &out)
                if tag == 108 { count += 1 }
            }
            guard count <= cursor.remaining else { throw NotCanonical() }
            for _ in 0..<count { try self.append(&cursor, to: &out, depth: depth + 1) }
        default: throw NotCanonical()
        }
    }

    /// The bytes after the tag of a term without terms in it, its length among them.
    private static func size(_ tag: UInt8, _ cursor: borrowing ByteCursor) throws -> Int {
        var ahead = ByteCursor(cursor.rest)
        return switch tag {
        case 97: 1
        case 98: 4
        case 70: 8
        case 106: 0
        case 77: 5 + Int(try ahead.readBigEndian(UInt32.self))
        case 107: 2 + Int(try ahead.readBigEndian(UInt16.self))
        case 109: 4 + Int(try ahead.readBigEndian(UInt32.self))
        case 110: 2 + Int(try ahead.readByte())
        case 111: 5 + Int(try ahead.readBigEndian(UInt32.self))
        default: throw NotCanonical()
        }
    }

    private static func number(_ value: Int, to out: inout [UInt8]) {
        for shift in [24, 16, 8, 0] { out.append(UInt8(truncatingIfNeeded: value >> shift)) }
    }

    // MARK: - Atoms

    private static func atom(_ cursor: inout ByteCursor, count: Int, to out: inout [UInt8]) throws {
        out.append(118)
        out.append(UInt8(truncatingIfNeeded: count >> 8))
        out.append(UInt8(truncatingIfNeeded: count))
        try self.copy(&cursor, count: count, to: &out)
    }

    private static func latin1Atom(_ cursor: inout ByteCursor, count: Int, to out: inout [UInt8]) throws {
        var text: [UInt8] = []
        for _ in 0..<count {
            let byte = try cursor.readByte()
            if byte < 0x80 { text.append(byte) } else { text += [0xc0 | byte >> 6, 0x80 | byte & 0x3f] }
        }
        out.append(118)
        out.append(UInt8(truncatingIfNeeded: text.count >> 8))
        out.append(UInt8(truncatingIfNeeded: text.count))
        out.append(contentsOf: text)
    }

    // MARK: - Maps

    private struct Pair {
        let key: ArraySlice<UInt8>
        var value: ArraySlice<UInt8>
    }

    private static func map(_ cursor: inout ByteCursor, to out: inout [UInt8], depth: Int) throws {
        let count = Int(try cursor.readBigEndian(UInt32.self))
        guard count <= cursor.remaining / 2 else { throw NotCanonical() }
        var contents: [UInt8] = []
        var places: [(start: Int, middle: Int, end: Int)] = []
        for _ in 0..<count {
            let start = contents.count
            try self.append(&cursor, to: &contents, depth: depth + 1)
            let middle = contents.count
            try self.append(&cursor, to: &contents, depth: depth + 1)
            places.append((start, middle, contents.count))
        }
        var pairs = places.map { Pair(key: contents[$0.start..<$0.middle], value: contents[$0.middle..<$0.end]) }
        pairs.sort { $0.key.lexicographicallyPrecedes($1.key) }
        self.forgetPlace(&pairs)
        out.append(116)
        self.number(count, to: &out)
        for pair in pairs {
            out.append(contentsOf: pair.key)
            out.append(contentsOf: pair.value)
        }
    }

    private static let fileKey: [UInt8] = [118, 0, 4] + Array("file".utf8)
    private static let lineKey: [UInt8] = [118, 0, 4] + Array("line".utf8)
    private static let functionKey: [UInt8] = [118, 0, 3] + Array("mfa".utf8)

    /// Takes file and line out of what says where a log message comes from: a map with `mfa`, `file` and `line`.
    private static func forgetPlace(_ pairs: inout [Pair]) {
        func index(_ key: [UInt8], _ tags: Set<UInt8>) -> Int? {
            pairs.firstIndex { $0.key.elementsEqual(key) && $0.value.first.map(tags.contains) ?? false }
        }
        guard pairs.count >= 3, index(self.functionKey, [104]) != nil,
            let file = index(self.fileKey, [106, 107, 108, 109]), let line = index(self.lineKey, [97, 98])
        else { return }
        pairs[file].value = []
        pairs[line].value = []
    }
}
