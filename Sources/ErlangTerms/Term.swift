package import BigInt

/// An Erlang term.
///
/// One value has one representation, so equality is Erlang's `=:=`: an integer that fits in `Int` is never
/// `bigInteger`, a bit string of whole bytes is never `bitString`, an improper list never ends in a proper one, and a
/// string is the list of its code points. Make integers, lists and bit strings of unknown size with the factories
/// below; the payload types of the boxed cases cannot hold anything else.
package enum Term: Hashable, Sendable {
    case atom(Atom)
    case integer(Int)
    indirect case bigInteger(BigInteger)
    /// A finite double, told apart by its bits: `0.0` and `-0.0` are two terms, as in OTP 27 and later.
    case float(ErlangFloat)
    case tuple([Term])
    /// A proper list; empty is `[]`.
    case list([Term])
    indirect case improperList(ImproperList)
    case map(TermMap)
    case binary([UInt8])
    indirect case bitString(BitString)
    indirect case pid(ProcessIdentifier)
    indirect case port(PortIdentifier)
    indirect case reference(Reference)
    /// `fun Module:Function/Arity`.
    indirect case externalFunction(ExternalFunction)
    /// A closure, kept as the bytes it was encoded in.
    indirect case closure(Closure)
    indirect case nativeRecord(NativeRecord)

    /// `[]`.
    package static let emptyList = Term.list([])
}

/// An integer that does not fit in `Int`.
package struct BigInteger: Hashable, Sendable {
    package let value: BigInt
    fileprivate init(unchecked value: BigInt) { self.value = value }
}

/// A finite double compared by its bits.
package struct ErlangFloat: Hashable, Sendable {
    package let value: Double

    /// Nil for infinities and not-a-number, which Erlang does not have.
    package init?(_ value: Double) {
        guard value.isFinite else { return nil }
        self.value = value
    }

    package static func == (left: ErlangFloat, right: ErlangFloat) -> Bool {
        left.value.bitPattern == right.value.bitPattern
    }

    package func hash(into hasher: inout Hasher) { hasher.combine(self.value.bitPattern) }
}

/// `[a, b | tail]`: at least one element, and a tail that is not a list.
package struct ImproperList: Hashable, Sendable {
    package let elements: [Term]
    private let tailBox: [Term]
    package var tail: Term { self.tailBox[0] }

    fileprivate init(unchecked elements: [Term], tail: Term) {
        self.elements = elements
        self.tailBox = [tail]
    }
}

/// A bit string whose length is not a multiple of eight.
package struct BitString: Hashable, Sendable {
    /// The last byte holds its bits at the top; the rest of it is zero.
    package let bytes: [UInt8]
    /// Used bits of the last byte, 1...7.
    package let bitsInLastByte: Int

    fileprivate init(unchecked bytes: [UInt8], bitsInLastByte: Int) {
        self.bytes = bytes
        self.bitsInLastByte = bitsInLastByte
    }
}

/// `fun Module:Function/Arity`.
package struct ExternalFunction: Hashable, Sendable {
    package let module: Atom
    package let function: Atom
    package let arity: Int

    package init(module: Atom, function: Atom, arity: Int) {
        self.module = module
        self.function = function
        self.arity = arity
    }
}

/// A local function value (`NEW_FUN_EXT`): named, but otherwise opaque.
package struct Closure: Hashable, Sendable {
    package let module: Atom
    package let arity: Int
    /// MD5 of the module's significant chunks, 16 bytes.
    package let uniqueness: [UInt8]
    package let index: UInt32
    package let oldIndex: Int
    package let oldUniqueness: Int
    /// The process that made it.
    package let creator: ProcessIdentifier
    package let freeVariables: [Term]

    package init(
        module: Atom, arity: Int, uniqueness: [UInt8], index: UInt32, oldIndex: Int, oldUniqueness: Int,
        creator: ProcessIdentifier, freeVariables: [Term]
    ) {
        self.module = module
        self.arity = arity
        self.uniqueness = uniqueness
        self.index = index
        self.oldIndex = oldIndex
        self.oldUniqueness = oldUniqueness
        self.creator = creator
        self.freeVariables = freeVariables
    }
}

package struct ProcessIdentifier: Hashable, Sendable {
    package let node: Atom
    package let id: UInt32
    package let serial: UInt32
    package let creation: UInt32

    package init(node: Atom, id: UInt32, serial: UInt32, creation: UInt32) {
        self.node = node
        self.id = id
        self.serial = serial
        self.creation = creation
    }
}

package struct PortIdentifier: Hashable, Sendable {
    package let node: Atom
    package let id: UInt64
    package let creation: UInt32

    package init(node: Atom, id: UInt64, creation: UInt32) {
        self.node = node
        self.id = id
        self.creation = creation
    }
}

package struct Reference: Hashable, Sendable {
    package let node: Atom
    package let creation: UInt32
    /// One to five words, most significant last, as on the wire.
    package let words: [UInt32]

    package init(node: Atom, creation: UInt32, words: [UInt32]) {
        self.node = node
        self.creation = creation
        self.words = words
    }
}

// MARK: - Making terms

extension Term {
    /// An integer of any size, in its one representation.
    package static func integer(normalizing value: BigInt) -> Term {
        if let small = Int(exactly: value) { return .integer(small) }
        return .bigInteger(BigInteger(unchecked: value))
    }

    /// `[elements… | tail]`: proper when the tail is a proper list, just the tail when there are no elements.
    package static func list(_ elements: [Term], tail: Term) -> Term {
        if elements.isEmpty { return tail }
        switch tail {
        case .list(let rest): return .list(elements + rest)
        case .improperList(let rest):
            return .improperList(ImproperList(unchecked: elements + rest.elements, tail: rest.tail))
        case .atom, .integer, .bigInteger, .float, .tuple, .map, .binary, .bitString, .pid, .port, .reference,
            .externalFunction, .closure, .nativeRecord:
            return .improperList(ImproperList(unchecked: elements, tail: tail))
        }
    }

    /// A bit string whose last byte has `bitsInLastByte` used bits (1...8); unused bits are cleared.
    package static func bitString(_ bytes: [UInt8], bitsInLastByte: Int) -> Term {
        guard let last = bytes.last, (1..<8).contains(bitsInLastByte) else { return .binary(bytes) }
        var bytes = bytes
        bytes[bytes.count - 1] = last & (0xff << UInt8(8 - bitsInLastByte))
        return .bitString(BitString(unchecked: bytes, bitsInLastByte: bitsInLastByte))
    }

    /// Nil when the value is not finite.
    package static func float(_ value: Double) -> Term? { ErlangFloat(value).map(Term.float) }

    /// The list of the text's code points.
    package static func string(_ text: String) -> Term {
        .list(text.unicodeScalars.map { .integer(Int($0.value)) })
    }

    package static func atom(_ name: String) -> Term { .atom(Atom(name)) }

    package static func tuple(_ elements: Term...) -> Term { .tuple(elements) }
}

// MARK: - Asking terms

extension Term {
    package var atomValue: Atom? { if case .atom(let atom) = self { atom } else { nil } }
    package var integerValue: Int? { if case .integer(let value) = self { value } else { nil } }
    package var tupleElements: [Term]? { if case .tuple(let elements) = self { elements } else { nil } }
    /// A list, proper or not.
    package var isList: Bool {
        if case .improperList = self { return true }
        return self.listElements != nil
    }
    /// The elements of a proper list.
    package var listElements: [Term]? { if case .list(let elements) = self { elements } else { nil } }
    package var binaryBytes: [UInt8]? { if case .binary(let bytes) = self { bytes } else { nil } }

    /// The text of a proper list of code points; `[]` is the empty text.
    package var stringValue: String? {
        guard case .list(let elements) = self else { return nil }
        var scalars = String.UnicodeScalarView()
        for element in elements {
            guard case .integer(let value) = element, let code = UInt32(exactly: value),
                let scalar = Unicode.Scalar(code)
            else { return nil }
            scalars.append(scalar)
        }
        return String(scalars)
    }

    package func isAtom(_ name: Atom) -> Bool { self == .atom(name) }
}
