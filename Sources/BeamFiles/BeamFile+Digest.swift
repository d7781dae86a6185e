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
