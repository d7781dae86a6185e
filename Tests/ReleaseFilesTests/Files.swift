import SystemPackage

/// Whole files, for tests.
enum Files {
    static func read(_ path: FilePath) throws -> [UInt8] {
        let descriptor = try FileDescriptor.open(path, .readOnly)
        return try descriptor.closeAfter {
            var bytes: [UInt8] = []
            while true {
                var chunk = [UInt8](repeating: 0, count: 1 << 16)
                let count = try unsafe chunk.withUnsafeMutableBytes { try unsafe descriptor.read(into: $0) }
                if count == 0 { return bytes }
                bytes += chunk.prefix(count)
            }
        }
    }

    static func write(_ bytes: [UInt8], to path: FilePath) throws {
        let descriptor = try FileDescriptor.open(
            path, .writeOnly, options: [.create, .truncate], permissions: [.ownerReadWrite])
        _ = try descriptor.closeAfter { try descriptor.writeAll(bytes) }
    }
}
