import ByteParsing
import Crypto

extension BeamFile {
    /// The chunks that make up a module's identity, in the order they are hashed in. `Recs` and `DbgB` are hashed by
    /// the OTP versions that write them (29 and 28).
    private static let significantChunks: [ChunkName] = [
        .latin1Atoms, .atoms, .code, .strings, .imports, .exports, .lambdas, .literals, .metadata, .records,
        .debugBreakpoints,
    ]

    /// Without these there is no module.
    private static let requiredChunks: [ChunkName] = [.code, .strings, .imports, .exports]

    /// The MD5 of the significant chunks, 16 bytes, as `beam_lib:md5/1` and `module_info(md5)` give it: what decides
    /// whether two versions of a module are the same code.
    package var digest: [UInt8] {
        get throws(BeamFileError) {
            for name in Self.requiredChunks where self.chunk(name) == nil { throw self.missing(name) }
            var hash = Insecure.MD5()
            for name in Self.significantChunks {
                guard let chunk = self.chunk(name) else { continue }
                if name == .lambdas {
                    hash.update(data: try self.stableLambdas(chunk))
                } else {
                    hash.update(data: self.bytes[chunk.range])
                }
            }
            return Array(hash.finalize())
        }
    }

    /// Whether a file certainly holds the same module: it does what this one does, and has the same attributes. Where the
    /// compiler ran, and what it wrote for debuggers and readers, does not matter.
    package func holdsSameModule(as other: BeamFile) -> Bool {
        (Self.significantChunks + [.attributes]).allSatisfy {
            self.holdsSame(self.chunk($0), as: other.chunk($0), in: other)
        }
    }

    /// Whether a file holds the same code, as `beam_lib:md5/1` sees it, and has the same attributes: what a node loads from
    /// either is the same, but for what tools and readers are told.
    package func holdsSameCode(as other: BeamFile) throws(BeamFileError) -> Bool {
        guard try self.digest == other.digest else { return false }
        return self.holdsSame(self.chunk(.attributes), as: other.chunk(.attributes), in: other)
    }

    /// Whether a file has the same bytes of debug information, or has none either.
    package func holdsSameDebugInformation(as other: BeamFile) -> Bool {
        self.holdsSame(self.debugInformation?.chunk, as: other.debugInformation?.chunk, in: other)
    }

    /// Of the bytes of debug information; of no bytes where there is none.
    package var debugInformationDigest: CodeDigest {
        CodeDigest(of: self.debugInformation.map { Array(self.data(of: $0.chunk)) } ?? [])
    }

    private func holdsSame(_ chunk: Chunk?, as otherChunk: Chunk?, in other: BeamFile) -> Bool {
        switch (chunk, otherChunk) {
        case (nil, nil): true
        case (let one?, let two?):
            Self.areEqual(self.bytes.span.extracting(one.range), other.bytes.span.extracting(two.range))
        case (_?, nil), (nil, _?): false
        }
    }

    /// Does not stop at the first difference, and so takes many bytes at once: most chunks that are compared are equal.
    private static func areEqual(_ left: Span<UInt8>, _ right: Span<UInt8>) -> Bool {
        guard left.count == right.count else { return false }
        var difference: UInt8 = 0
        for index in left.indices { difference |= left[index] ^ right[index] }
        return difference == 0
    }

    /// The table of lambdas without the old hashes, which came from the source and not from the code.
    private func stableLambdas(_ chunk: Chunk) throws(BeamFileError) -> [UInt8] {
        try Self.read(chunk, of: self.bytes) { cursor throws(BeamFileError) in
            _ = try Self.count(&cursor, entrySize: Self.lambdaSize)
            try cursor.advance(count: cursor.remaining)
        }
        var table = Array(self.bytes[chunk.range])
        for end in stride(from: 4 + Self.lambdaSize, through: table.count, by: Self.lambdaSize) {
            for position in (end - 4)..<end { table[position] = 0 }
        }
        return table
    }
}
