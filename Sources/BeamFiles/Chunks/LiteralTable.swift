import ByteParsing
import Compression
package import ErlangTerms

extension BeamFile {
    /// The constant terms of the code (`LitT`), numbered from 0.
    ///
    ///     size(4) { count(4) { size(4) term }… }      compressed with zlib, unless size is 0 (OTP 28 and later)
    package var literals: [Term] {
        get throws(BeamFileError) {
            var terms: [Term] = []
            let limits = self.limits.terms
            try self.visitLiterals { bytes, offset throws(BeamFileError) in
                do throws(ExternalTermError) {
                    terms.append(try ExternalTerm.decode(bytes, base: offset, limits: limits))
                } catch {
                    throw BeamFileError(.term(error), offset: error.offset)
                }
            }
            return terms
        }
    }

    /// Passes the literals in the external term format, in order, each with its offset in what it was inflated to.
    func visitLiterals(
        _ visit: (Span<UInt8>, _ offset: Int) throws(BeamFileError) -> Void
    ) throws(BeamFileError) {
        guard let chunk = self.chunk(.literals) else { return }
        let limit = self.limits.literalBytes
        try Self.read(chunk, of: self.bytes) { cursor throws(BeamFileError) in
            let size = try cursor.number()
            if size == 0 {
                return try Self.visitLiterals(&cursor, visit)
            }
            let inflated: [UInt8]
            do throws(InflateError) {
                guard size <= limit else { throw InflateError(.overLimit(declared: size, limit: limit)) }
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
                try Self.visitLiterals(&inner, visit)
            } catch {
                if case .term = error.code { throw BeamFileError(error.code, offset: chunk.offset) }
                throw BeamFileError(.invalidLiteral(inflatedOffset: error.offset), offset: chunk.offset)
            }
        }
    }

    private static func visitLiterals(
        _ cursor: inout ByteCursor, _ visit: (Span<UInt8>, _ offset: Int) throws(BeamFileError) -> Void
    ) throws(BeamFileError) {
        let start = cursor.offset
        let count = try cursor.number()
        // Every literal takes at least the four bytes of its size.
        guard count <= cursor.remaining / 4 else { throw BeamFileError(.invalidCount(count), offset: start) }
        for _ in 0..<count {
            let size = try cursor.number()
            guard size <= cursor.remaining else {
                throw BeamFileError(.truncated(missing: size - cursor.remaining), offset: cursor.offset)
            }
            try visit(cursor.rest.extracting(0..<size), cursor.offset)
            try cursor.advance(count: size)
        }
        guard cursor.isAtEnd else {
            throw BeamFileError(.trailingBytes(count: cursor.remaining), offset: cursor.offset)
        }
    }
}
