import BeamFiles
import ByteParsing

/// Puts files together, for tests of damaged ones.
enum BeamContainer {
    /// The file again, with other data in the chunks for which `replacing` has some, and more chunks at its end.
    static func rebuilt(
        _ beam: BeamFile, adding more: [(ChunkName, [UInt8])] = [],
        replacing: (BeamFile.Chunk) -> [UInt8]? = { _ in nil }
    ) -> [UInt8] {
        self.file(beam.chunks.map { ($0.name, replacing($0) ?? Array(beam.data(of: $0))) } + more)
    }

    static func file(_ chunks: [(ChunkName, [UInt8])]) -> [UInt8] {
        var writer = ByteWriter()
        writer.write("FOR1".utf8)
        writer.writeBigEndian(UInt32(0))
        writer.write("BEAM".utf8)
        for (name, data) in chunks {
            writer.writeBigEndian(name.code)
            writer.writeBigEndian(UInt32(data.count))
            writer.write(data)
            writer.write([UInt8](repeating: 0, count: -data.count & 3))
        }
        writer.overwriteBigEndian(UInt32(writer.count - 8), at: 4)
        return writer.bytes
    }
}
