import ByteParsing
import Compression
package import ErlangTerms

extension BeamFile {
    /// The constant terms of the code (`LitT`), numbered from 0.
    ///
    ///     size(4) { count(4) { size(4) term }… }      compressed with zlib, unless size is 0 (OTP 28 and later)
    package var literals: [Term] {
        get throws(BeamFileError) {
            guard let chunk = self.chunk(.literals) else { return [] }
            let limits = self.limits
            return try Self.read(chunk, of: self.bytes) { cursor throws(BeamFileError) in
                let size = try cursor.number()
                if size == 0 {
                    return try Self.literalTerms(&cursor, limits.terms)
                }
                let inflated: [UInt8]
                do throws(InflateError) {
                    guard size <= limits.literalBytes else {
                        throw InflateError(.overLimit(declared: size, limit: limits.literalBytes))
                    }
                    let result = try Inflate.zlibPrefix(cursor.rest, inflatedSize: size)
                    guard result.consumed == cursor.remaining else {
                        throw InflateError(.trailingBytes(count: cursor.remaining - result.consumed))
                    }
                    inflated = result.bytes
                } catch {
                    throw BeamFileError(.literals(error), offset: chunk.offset)
                }
                try cursor.advance(count: cursor.remaining)
                var inner = ByteCursor(inflated.span)
                do throws(BeamFileError) {
                    return try Self.literalTerms(&inner, limits.terms)
                } catch {
                    if case .term = error.code { throw BeamFileError(error.code, offset: chunk.offset) }
                    throw BeamFileError(.invalidLiteral(inflatedOffset: error.offset), offset: chunk.offset)
                }
            }
        }
    }

    private static func literalTerms(
        _ cursor: inout ByteCursor, _ limits: ExternalTermLimits
    ) throws(BeamFileError) -> [Term] {
        let start = cursor.offset
        let count = try cursor.number()
        // Every literal takes at least the four bytes of its size.
        guard count <= cursor.remaining / 4 else { throw BeamFileError(.invalidCount(count), offset: start) }
        var terms: [Term] = []
        terms.reserveCapacity(count)
        for _ in 0..<count {
            let size = try cursor.number()
            guard size <= cursor.remaining else {
                throw BeamFileError(.truncated(missing: size - cursor.remaining), offset: cursor.offset)
            }
            do {
                terms.append(
                    try ExternalTerm.decode(
                        cursor.rest.extracting(0..<size), base: cursor.offset, limits: limits))
            } catch {
                throw BeamFileError(.term(error), offset: error.offset)
            }
            try cursor.advance(count: size)
        }
        guard cursor.isAtEnd else {
            throw BeamFileError(.trailingBytes(count: cursor.remaining), offset: cursor.offset)
        }
        return terms
    }
}
