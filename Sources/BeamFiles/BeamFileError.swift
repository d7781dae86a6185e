import ByteParsing
package import Compression
package import ErlangTerms

/// Why bytes are not a BEAM file or one of its chunks cannot be read, and where.
package struct BeamFileError: Error, Hashable, Sendable, CustomStringConvertible {
    package enum Code: Hashable, Sendable {
        /// The file starts with neither `FOR1 … BEAM` nor a gzip header.
        case notBeamFile
        /// The file is compressed, and could not be inflated.
        case compression(InflateError)
        /// The file, or a chunk, ends too early.
        case truncated(missing: Int)
        /// Bytes after the end of the file's form or of what a chunk holds.
        case trailingBytes(count: Int)
        case missingChunk(ChunkName)
        case tooManyChunks(limit: Int)
        case fileTooLarge(limit: Int)
        /// A table whose size does not fit its number of entries.
        case invalidCount(Int)
        /// An atom number that the table of atoms does not have.
        case invalidAtomIndex(Int, count: Int)
        case invalidAtom
        case invalidArity(Int)
        /// A number in code that the table it belongs to does not have.
        case invalidReference(Reference, Int)
        /// Code whose parts all refer to so much that spelling it out would take more than this.
        case codeTooLarge(limit: Int)
        /// A number in the compact encoding of the code that cannot stand there.
        case invalidNumber
        case unknownVersion(Int)
        /// An instruction that no OTP up to 29 has.
        case unknownInstruction(Int)
        /// The inflated literals cannot be read at this offset.
        case invalidLiteral(inflatedOffset: Int)
        case literals(InflateError)
        /// A chunk's term, or a literal, cannot be decoded.
        case term(ExternalTermError)
        /// A term of another shape than the chunk demands.
        case unexpectedTerm(expected: String)
        /// Debug information that only the owner of the key can read.
        case encrypted
    }

    /// What a number in code stands for.
    package enum Reference: String, Hashable, Sendable {
        case label, literal, string
        case importedFunction = "imported function"
        case fun
    }

    package let code: Code
    package internal(set) var chunk: ChunkName?
    /// Absolute byte offset in the file (inflated, if it is compressed).
    package let offset: Int

    package init(_ code: Code, chunk: ChunkName? = nil, offset: Int) {
        self.code = code
        self.chunk = chunk
        self.offset = offset
    }

    /// One sentence without a period, for use inside messages.
    package var description: String {
        if let chunk = self.chunk {
            "\(self.reason) in chunk `\(chunk)` at byte \(self.offset)"
        } else {
            "\(self.reason) at byte \(self.offset)"
        }
    }

    /// What is wrong, without the place.
    package var reason: String {
        switch self.code {
        case .notBeamFile: "not a compiled Erlang module: neither `FOR1` and `BEAM` nor gzip data at its start"
        case .compression(let error): "\(error)"
        case .truncated(let missing): "cut off: at least \(missing) more bytes are needed"
        case .trailingBytes(let count): "\(count) bytes too many"
        case .missingChunk(let name): "no chunk `\(name)`"
        case .tooManyChunks(let limit): "more than the limit of \(limit) chunks"
        case .fileTooLarge(let limit): "more than the limit of \(limit) bytes"
        case .invalidCount(let count): "a table that does not have the size of its \(count) entries"
        case .invalidAtomIndex(let index, let count): "atom number \(index), but there are only \(count)"
        case .invalidAtom: "an atom that is longer than 255 characters or not valid UTF-8"
        case .invalidArity(let arity): "a function of arity \(arity)"
        case .invalidReference(let kind, let number): "\(kind.rawValue) \(number), which there is not"
        case .codeTooLarge(let limit): "code that spelt out takes more than \(limit) bytes"
        case .invalidNumber: "a number that cannot stand there"
        case .unknownVersion(let version): "version \(version), which is unknown"
        case .unknownInstruction(let opcode): "instruction \(opcode), which no OTP up to 29 has"
        case .invalidLiteral(let offset): "the inflated literals cannot be read from their byte \(offset) on"
        case .literals(let error): "\(error)"
        case .term(let error): "\(error)"
        case .unexpectedTerm(let expected): "a term that is not \(expected)"
        case .encrypted: "the debug information is encrypted"
        }
    }
}

extension BeamFileError {
    init(_ error: ByteParsingError) {
        switch error.code {
        case .truncated: self.init(.truncated(missing: error.count), offset: error.offset)
        case .trailingBytes: self.init(.trailingBytes(count: error.count), offset: error.offset)
        }
    }
}

/// The cursor's reads with this module's error.
extension ByteCursor {
    mutating func byte() throws(BeamFileError) -> UInt8 {
        do { return try self.readByte() } catch { throw BeamFileError(error) }
    }

    mutating func integer<I: FixedWidthInteger>(_ type: I.Type) throws(BeamFileError) -> I {
        do { return try self.readBigEndian(type) } catch { throw BeamFileError(error) }
    }

    /// An unsigned number of four bytes.
    mutating func number() throws(BeamFileError) -> Int { Int(try self.integer(UInt32.self)) }

    mutating func bytes(count: Int) throws(BeamFileError) -> [UInt8] {
        do { return try self.readBytes(count: count) } catch { throw BeamFileError(error) }
    }

    mutating func advance(count: Int) throws(BeamFileError) {
        do { try self.skip(count: count) } catch { throw BeamFileError(error) }
    }
}
