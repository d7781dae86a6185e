import BigInt
import ByteParsing
import Compression

/// Reads one term. Nesting is kept on a stack of its own, not on the thread's.
struct ExternalTermDecoder {
    private let limits: ExternalTermLimits
    /// Terms declared so far.
    private var nodes = 1
    /// Terms that were declared and not begun. Each takes at least one byte, so a count that could not be met by the
    /// bytes that are left is refused before anything is reserved for it.
    private var owed = 1
    /// The term whose elements are being read; first a frame that only waits for the whole term.
    private var top = Frame(kind: .root, remaining: 1)
    /// The terms around it.
    private var outer: [Frame] = []

    /// A compound term whose elements are still being read.
    private struct Frame {
        let kind: Kind
        /// Elements to come, for a list its tail included.
        var remaining: Int
        var elements: [Term] = []
        /// A list whose tail is `[]`, which is then not among the elements.
        var hasEmptyTail = false
    }

    private enum Kind {
        case root
        case tuple
        case list
        case map(offset: Int)
        indirect case closure(ClosureHead)
        indirect case nativeRecord(RecordHead)
    }

    private struct ClosureHead {
        let module: Atom
        let arity: Int
        let uniqueness: [UInt8]
        let index: UInt32
        let oldIndex: Int
        let oldUniqueness: Int
        let creator: ProcessIdentifier
        let offset: Int
        let size: Int
    }

    private struct RecordHead {
        let module: Atom
        let name: Atom
        let isExported: Bool
        let fields: [Atom]
    }

    init(limits: ExternalTermLimits) { self.limits = limits }

    /// Reads a term with its version byte.
    mutating func decode(_ cursor: inout ByteCursor) throws(ExternalTermError) -> Term {
        let start = cursor.offset
        let version = try cursor.byte()
        guard version == ExternalTerm.version else {
            throw ExternalTermError(.unknownVersion(version), offset: start)
        }
        if cursor.peek() == ExternalTermTag.compressed.rawValue { return try self.compressed(&cursor) }
        return try self.term(&cursor)
    }

    private mutating func compressed(_ cursor: inout ByteCursor) throws(ExternalTermError) -> Term {
        let start = cursor.offset
        _ = try cursor.byte()
        let size = Int(try cursor.integer(UInt32.self))
        let inflated: [UInt8]
        let consumed: Int
        do throws(InflateError) {
            guard size <= self.limits.inflatedBytes else {
                throw InflateError(.overLimit(declared: size, limit: self.limits.inflatedBytes))
            }
            (inflated, consumed) = try Inflate.zlibPrefix(cursor.rest, inflatedSize: size)
        } catch {
            throw ExternalTermError(.compression(error), offset: start)
        }
        try cursor.advance(count: consumed)
        do throws(ExternalTermError) {
            var inner = ByteCursor(inflated.span)
            let term = try self.term(&inner)
            guard inner.isAtEnd else {
                throw ExternalTermError(.trailingBytes(count: inner.remaining), offset: inner.offset)
            }
            return term
        } catch {
            throw ExternalTermError(error.code, offset: start, inflatedOffset: error.offset)
        }
    }

    private mutating func term(_ cursor: inout ByteCursor) throws(ExternalTermError) -> Term {
        while true {
            if let value = try self.begin(&cursor) {
                self.top.elements.append(value)
                self.top.remaining -= 1
            }
            while self.top.remaining == 0 {
                let value = try self.finish(at: cursor.offset)
                if self.outer.isEmpty { return value }
                self.top = self.outer.removeLast()
                self.top.elements.append(value)
                self.top.remaining -= 1
            }
        }
    }

    /// Reads a simple term, or the head of a compound one: then its frame waits for its elements and the result is nil.
    private mutating func begin(_ cursor: inout ByteCursor) throws(ExternalTermError) -> Term? {
        let start = cursor.offset
        let rawTag = try cursor.byte()
        guard let tag = ExternalTermTag(rawValue: rawTag) else {
            throw ExternalTermError(.unknownTag(rawTag), offset: start)
        }
        self.owed -= 1
        switch tag {
        case .smallInteger: return .integer(Int(try cursor.byte()))
        case .integer: return .integer(Int(try cursor.integer(Int32.self)))
        case .smallBig: return try self.big(&cursor, count: Int(try cursor.byte()))
        case .largeBig: return try self.big(&cursor, count: Int(try cursor.integer(UInt32.self)))
        case .newFloat:
            guard let float = Term.float(Double(bitPattern: try cursor.integer(UInt64.self))) else {
                throw ExternalTermError(.invalidFloat, offset: start)
            }
            return float
        case .float: return try Self.textFloat(&cursor)
        case .atom, .smallAtom, .atomUTF8, .smallAtomUTF8: return .atom(try Self.atom(&cursor, tag: tag, start))
        case .smallTuple: return try self.openTuple(&cursor, arity: Int(try cursor.byte()), start)
        case .largeTuple: return try self.openTuple(&cursor, arity: Int(try cursor.integer(UInt32.self)), start)
        case .nil:
            if self.isAtTail {
                self.top.hasEmptyTail = true
                self.top.remaining = 0
                return nil
            }
            return .emptyList
        case .string: return .list(try self.string(&cursor))
        case .list: return try self.openList(&cursor, start)
        case .binary: return .binary(try cursor.bytes(count: Int(try cursor.integer(UInt32.self))))
        case .bitBinary: return try Self.bitString(&cursor)
        case .map:
            let count = Int(try cursor.integer(UInt32.self))
            if count == 0 { return .map(TermMap([])) }
            try self.open(.map(offset: start), count: 2 * count, cursor, start)
            return nil
        case .newPid, .pid: return .pid(try Self.pid(&cursor, tag: tag))
        case .port, .newPort, .v4Port: return .port(try Self.port(&cursor, tag: tag))
        case .reference, .newReference, .newerReference: return .reference(try Self.reference(&cursor, tag: tag))
        case .export: return try Self.export(&cursor)
        case .newFunction: return try self.openClosure(&cursor, start)
        case .nativeRecord: return try self.openRecord(&cursor, start)
        case .function: throw ExternalTermError(.legacyFunction, offset: start)
        case .local: throw ExternalTermError(.localTerm, offset: start)
        case .atomCacheReference: throw ExternalTermError(.cachedAtom, offset: start)
        case .compressed: throw ExternalTermError(.nestedCompression, offset: start)
        }
    }

    // MARK: - Compound terms

    /// Accounts for `count` declared terms.
    private mutating func declare(
        _ count: Int, _ cursor: borrowing ByteCursor, _ start: Int
    ) throws(ExternalTermError) {
        guard count <= cursor.remaining - self.owed else {
            throw ExternalTermError(.truncated(missing: count + self.owed - cursor.remaining), offset: start)
        }
        guard count <= self.limits.nodes - self.nodes else {
            throw ExternalTermError(.tooManyTerms(limit: self.limits.nodes), offset: start)
        }
        self.owed += count
        self.nodes += count
    }

    private mutating func open(
        _ kind: Kind, count: Int, _ cursor: borrowing ByteCursor, _ start: Int
    ) throws(ExternalTermError) {
        guard self.outer.count < self.limits.depth else {
            throw ExternalTermError(.tooDeep(limit: self.limits.depth), offset: start)
        }
        try self.declare(count, cursor, start)
        var frame = Frame(kind: kind, remaining: count)
        frame.elements.reserveCapacity(count)
        swap(&frame, &self.top)
        self.outer.append(frame)
    }

    private mutating func openTuple(
        _ cursor: inout ByteCursor, arity: Int, _ start: Int
    ) throws(ExternalTermError) -> Term? {
        if arity == 0 { return .tuple([]) }
        try self.open(.tuple, count: arity, cursor, start)
        return nil
    }

    /// Whether the next term is the tail of a list.
    private var isAtTail: Bool {
        if case .list = self.top.kind { self.top.remaining == 1 } else { false }
    }

    /// A list, or the continuation of the list whose tail this is: that stays one list, however long the chain.
    private mutating func openList(_ cursor: inout ByteCursor, _ start: Int) throws(ExternalTermError) -> Term? {
        let count = Int(try cursor.integer(UInt32.self))
        if self.isAtTail {
            try self.declare(count + 1, cursor, start)
            self.top.remaining = count + 1
            return nil
        }
        try self.open(.list, count: count + 1, cursor, start)
        return nil
    }

    private mutating func openClosure(_ cursor: inout ByteCursor, _ start: Int) throws(ExternalTermError) -> Term? {
        let size = Int(try cursor.integer(UInt32.self))
        let arity = Int(try cursor.byte())
        let uniqueness = try cursor.bytes(count: 16)
        let index = try cursor.integer(UInt32.self)
        let count = Int(try cursor.integer(UInt32.self))
        let head = ClosureHead(
            module: try Self.atom(&cursor), arity: arity, uniqueness: uniqueness, index: index,
            oldIndex: try Self.integer(&cursor), oldUniqueness: try Self.integer(&cursor),
            creator: try Self.pid(&cursor), offset: start, size: size)
        try self.open(.closure(head), count: count, cursor, start)
        return nil
    }

    private mutating func openRecord(_ cursor: inout ByteCursor, _ start: Int) throws(ExternalTermError) -> Term? {
        let count = Int(try cursor.integer(UInt32.self))
        let flags = try cursor.byte()
        guard flags <= 1 else { throw ExternalTermError(.invalidRecordFlags(flags), offset: start) }
        let module = try Self.atom(&cursor)
        let name = try Self.atom(&cursor)
        guard count <= cursor.remaining else {
            throw ExternalTermError(.truncated(missing: count - cursor.remaining), offset: start)
        }
        var fields: [Atom] = []
        for _ in 0..<count { fields.append(try Self.atom(&cursor)) }
        guard Set(fields).count == count else { throw ExternalTermError(.duplicateField, offset: start) }
        let head = RecordHead(module: module, name: name, isExported: flags == 1, fields: fields)
        try self.open(.nativeRecord(head), count: count, cursor, start)
        return nil
    }

    /// Makes the term of the top frame, whose elements are complete.
    private mutating func finish(at end: Int) throws(ExternalTermError) -> Term {
        var elements: [Term] = []
        swap(&elements, &self.top.elements)
        switch self.top.kind {
        case .root: return elements[0]
        case .tuple: return .tuple(elements)
        case .list:
            if self.top.hasEmptyTail { return .list(elements) }
            let tail = elements.removeLast()
            return .list(elements, tail: tail)
        case .map(let offset):
            let count = elements.count / 2
            let map = TermMap((0..<count).lazy.map { (key: elements[2 * $0], value: elements[2 * $0 + 1]) })
            guard map.count == count else { throw ExternalTermError(.duplicateKey, offset: offset) }
            return .map(map)
        case .closure(let head):
            // The size counts itself, but not the tag.
            guard end - head.offset - 1 == head.size else {
                throw ExternalTermError(.invalidFunctionSize(declared: head.size), offset: head.offset)
            }
            return .closure(
                Closure(
                    module: head.module, arity: head.arity, uniqueness: head.uniqueness, index: head.index,
                    oldIndex: head.oldIndex, oldUniqueness: head.oldUniqueness, creator: head.creator,
                    freeVariables: elements))
        case .nativeRecord(let head):
            let fields = zip(head.fields, elements).map { NativeRecord.Field(name: $0, value: $1) }
            return .nativeRecord(
                NativeRecord(
                    module: head.module, name: head.name, isExported: head.isExported, fields: fields))
        }
    }

    private mutating func string(_ cursor: inout ByteCursor) throws(ExternalTermError) -> [Term] {
        let start = cursor.offset
        let bytes = try cursor.bytes(count: Int(try cursor.integer(UInt16.self)))
        guard bytes.count <= self.limits.nodes - self.nodes else {
            throw ExternalTermError(.tooManyTerms(limit: self.limits.nodes), offset: start)
        }
        self.nodes += bytes.count
        return bytes.map { .integer(Int($0)) }
    }
}
