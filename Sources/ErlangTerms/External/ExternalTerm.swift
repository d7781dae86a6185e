package import ByteParsing

/// Terms as bytes: what `term_to_binary/1` writes and `binary_to_term/1` reads (erts, "External Term Format").
///
/// Reading accepts every form that OTP 25 to 29 write and the older forms they still read. Writing makes the one form
/// that `term_to_binary/1` of the chosen generation makes, with the keys of maps in term order.
package enum ExternalTerm {
    /// Which generation of OTP writes: they differ in atoms, and in ports with small numbers.
    package enum AtomStyle: Hashable, Sendable, CaseIterable {
        /// As OTP 25 and earlier: atoms in Latin-1 where that is possible.
        case latin1
        /// As OTP 26 and later: atoms in UTF-8 always.
        case utf8
    }

    /// The byte every encoded term starts with.
    static let version: UInt8 = 131

    /// Reads the one term that `bytes` hold; bytes after it are an error.
    package static func decode(
        _ bytes: [UInt8], limits: ExternalTermLimits = .default
    ) throws(ExternalTermError) -> Term {
        try self.decode(bytes.span, limits: limits)
    }

    /// Reads the one term that `bytes` hold; bytes after it are an error. Offsets in errors start at `base`.
    package static func decode(
        _ bytes: Span<UInt8>, base: Int = 0, limits: ExternalTermLimits = .default
    ) throws(ExternalTermError) -> Term {
        var cursor = ByteCursor(bytes, base: base)
        let term = try self.decodeNext(&cursor, limits: limits)
        guard cursor.isAtEnd else {
            throw ExternalTermError(.trailingBytes(count: cursor.remaining), offset: cursor.offset)
        }
        return term
    }

    /// Reads one term with its version byte and leaves the cursor behind it. After an error the cursor's place has no
    /// meaning.
    package static func decodeNext(
        _ cursor: inout ByteCursor, limits: ExternalTermLimits = .default
    ) throws(ExternalTermError) -> Term {
        guard cursor.remaining <= limits.inputBytes else {
            throw ExternalTermError(.inputTooLarge(limit: limits.inputBytes), offset: cursor.offset)
        }
        var decoder = ExternalTermDecoder(limits: limits)
        return try decoder.decode(&cursor)
    }

    /// The bytes of a term, version byte included.
    package static func encode(_ term: Term, atoms: AtomStyle = .utf8) -> [UInt8] {
        var encoder = ExternalTermEncoder(atoms: atoms)
        return encoder.encode(term)
    }
}
