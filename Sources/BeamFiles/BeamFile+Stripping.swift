extension BeamFile {
    /// The chunks that a node needs to load and run a module and to say where it failed, and its attributes: what
    /// `beam_lib:strip/2` keeps for `["Attr"]`, which is how relx calls it.
    private static let needed: Set<ChunkName> = [
        .latin1Atoms, .atoms, .code, .strings, .imports, .exports, .lambdas, .literals, .metadata, .lines, .types,
        .records, .attributes,
    ]

    /// The file without debug information, documentation and the other chunks that no node needs, in the order they had;
    /// nil when there is nothing to leave out.
    ///
    /// It is not compressed: a release's tarball is.
    package func stripped() -> [UInt8]? {
        let kept = self.chunks.filter { Self.needed.contains($0.name) }
        guard kept.count < self.chunks.count else { return nil }
        var body = Array("BEAM".utf8)
        for chunk in kept {
            Self.append(chunk.name.code, to: &body)
            Self.append(UInt32(truncatingIfNeeded: chunk.size), to: &body)
            body += self.data(of: chunk)
            body += Array(repeating: 0, count: -chunk.size & 3)
        }
        var file = Array("FOR1".utf8)
        Self.append(UInt32(truncatingIfNeeded: body.count), to: &file)
        return file + body
    }

    private static func append(_ number: UInt32, to bytes: inout [UInt8]) {
        for shift: UInt32 in [24, 16, 8, 0] { bytes.append(UInt8(truncatingIfNeeded: number >> shift)) }
    }
}
