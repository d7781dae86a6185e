import ByteParsing
package import Compression

/// Why bytes are not an external term, and where.
package struct ExternalTermError: Error, Hashable, Sendable, CustomStringConvertible {
    package enum Code: Hashable, Sendable {
        /// The input ends before the term does; at least `missing` more bytes would be needed.
        case truncated(missing: Int)
        case trailingBytes(count: Int)
        /// The first byte is not 131.
        case unknownVersion(UInt8)
        case unknownTag(UInt8)
        /// `LOCAL_EXT`, which only the node that wrote it can read.
        case localTerm
        /// `FUN_EXT` of releases before R8, which OTP 23 and later refuse as well.
        case legacyFunction
        /// A reference to the atom cache of a connection, which a term by itself does not have.
        case cachedAtom
        /// A compressed term inside a term.
        case nestedCompression
        /// An atom has to stand here, as in the node of a process identifier.
        case atomExpected(tag: UInt8)
        case integerExpected(tag: UInt8)
        case processIdentifierExpected(tag: UInt8)
        /// More than 255 characters.
        case atomTooLong
        case invalidUTF8
        /// Infinite, not a number, or not the text of a float.
        case invalidFloat
        /// Bits in the last byte of a bit string: 1...8, or 0 when it has no bytes.
        case invalidBitCount(UInt8)
        /// A reference has one to five words.
        case invalidReferenceSize(words: Int)
        /// A function's arity is 0...255.
        case invalidArity(Int)
        /// The size written in a closure is not the size it has.
        case invalidFunctionSize(declared: Int)
        case duplicateKey
        /// The flags of a native record: 0, or 1 for an exported one.
        case invalidRecordFlags(UInt8)
        case duplicateField
        case compression(InflateError)
        case inputTooLarge(limit: Int)
        case tooDeep(limit: Int)
        case tooManyTerms(limit: Int)
    }

    package let code: Code
    /// Absolute byte offset in the input; for a compressed term that of its tag.
    package let offset: Int
    /// Inside a compressed term: the offset in the inflated bytes.
    package let inflatedOffset: Int?

    package init(_ code: Code, offset: Int, inflatedOffset: Int? = nil) {
        self.code = code
        self.offset = offset
        self.inflatedOffset = inflatedOffset
    }

    /// One sentence without a period, for use inside messages.
    package var description: String {
        if let inflatedOffset = self.inflatedOffset {
            "\(self.reason) at byte \(inflatedOffset) of the compressed term at byte \(self.offset)"
        } else {
            "\(self.reason) at byte \(self.offset)"
        }
    }

    private var reason: String {
        switch self.code {
        case .truncated(let missing): "the term is cut off: at least \(missing) more bytes are needed"
        case .trailingBytes(let count): "\(count) bytes follow the end of the term"
        case .unknownVersion(let byte): "an external term starts with 131, not \(byte)"
        case .unknownTag(let tag): "\(tag) is not a tag of the external term format"
        case .localTerm: "the term is in the local format (tag 121), which only the node that wrote it can read"
        case .legacyFunction: "a function in the format of releases before R8 (tag 117), which OTP refuses as well"
        case .cachedAtom: "a reference to a connection's atom cache (tag 82)"
        case .nestedCompression: "a compressed term (tag 80) inside a term"
        case .atomExpected(let tag): "an atom has to stand here, not a term with tag \(tag)"
        case .integerExpected(let tag): "a 32-bit integer has to stand here, not a term with tag \(tag)"
        case .processIdentifierExpected(let tag):
            "a process identifier has to stand here, not a term with tag \(tag)"
        case .atomTooLong: "an atom of more than \(Atom.maximumLength) characters"
        case .invalidUTF8: "an atom that is not valid UTF-8"
        case .invalidFloat: "a float that is not a finite number"
        case .invalidBitCount(let bits): "a bit string with \(bits) bits in its last byte"
        case .invalidReferenceSize(let words): "a reference of \(words) words instead of 1 to 5"
        case .invalidArity(let arity): "a function of arity \(arity)"
        case .invalidFunctionSize(let declared): "a function that is not as long as the declared \(declared) bytes"
        case .duplicateKey: "a map with the same key twice"
        case .invalidRecordFlags(let flags): "a native record with flags \(flags)"
        case .duplicateField: "a native record with the same field twice"
        case .compression(let error): error.description
        case .inputTooLarge(let limit): "more than the limit of \(limit) bytes"
        case .tooDeep(let limit): "terms nested deeper than the limit of \(limit)"
        case .tooManyTerms(let limit): "more terms than the limit of \(limit)"
        }
    }
}

extension ExternalTermError {
    init(_ error: ByteParsingError) {
        switch error.code {
        case .truncated: self.init(.truncated(missing: error.count), offset: error.offset)
        case .trailingBytes: self.init(.trailingBytes(count: error.count), offset: error.offset)
        }
    }
}
