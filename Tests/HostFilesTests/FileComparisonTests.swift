import HostFiles
import SystemPackage
import TestSupport
import Testing

@Suite struct FileComparisonTests {
    /// Compares with someone to whom no different bytes are alike.
    private static func areEqual(
        _ one: FilePath, _ other: FilePath, _ comparison: inout FileComparison
    ) throws(HostFileError) -> Bool {
        try comparison.areEqual(one, other, limit: 1 << 20) { _, _ in false }
    }

    /// Sizes around that of a buffer, 256 KiB.
    @Test(arguments: [0, 1, 65_536, 262_143, 262_144, 262_145, 600_000])
    func filesAreEqualWhenAllTheirBytesAre(size: Int) async throws {
        try await withTemporaryFolder { folder in
            var bytes = (0..<size).map { UInt8(truncatingIfNeeded: $0 &* 31) }
            let (one, other) = (folder.appending("one"), folder.appending("other"))
            try File.write(bytes, to: one)
            try File.write(bytes, to: other)
            var comparison = FileComparison(HostFileSystem())
            #expect(try Self.areEqual(one, other, &comparison))
            for place in Set([0, size / 2, size - 1]) where bytes.indices.contains(place) {
                bytes[place] ^= 1
                try File.write(bytes, to: other)
                #expect(try !Self.areEqual(one, other, &comparison), "byte \(place)")
                bytes[place] ^= 1
            }
            try File.write(bytes + [0], to: other)
            #expect(try !Self.areEqual(one, other, &comparison))
        }
    }

    /// Whoever knows what bytes mean sees those of both files, whole, once, and only where they differ.
    @Test(arguments: [(0, 1), (5, 5), (262_143, 262_144), (262_144, 3), (300_000, 300_000)])
    func differentBytesAreShownToWhoKnowsThem(size: Int, otherSize: Int) async throws {
        try await withTemporaryFolder { folder in
            let (one, other) = (folder.appending("one"), folder.appending("other"))
            let bytes = [UInt8](repeating: 1, count: size)
            let otherBytes = [UInt8](repeating: 2, count: otherSize)
            try File.write(bytes, to: one)
            try File.write(otherBytes, to: other)
            var comparison = FileComparison(HostFileSystem())
            for answer in [true, false] {
                var shown = 0
                let result = try comparison.areEqual(one, other, limit: 1 << 20) { left, right in
                    shown += 1
                    #expect(left == bytes && right == otherBytes)
                    return answer
                }
                #expect(result == answer && shown == 1)
            }
            try File.write(bytes, to: other)
            #expect(
                try comparison.areEqual(one, other, limit: 1 << 20) { _, _ in
                    Issue.record("the bytes are the same")
                    return false
                })
        }
    }

    @Test func aLargeFileThatDiffersIsReadUpToTheLimit() async throws {
        try await withTemporaryFolder { folder in
            let (one, other) = (folder.appending("one"), folder.appending("other"))
            try File.write([UInt8](repeating: 1, count: 300_000), to: one)
            try File.write([UInt8](repeating: 2, count: 300_000), to: other)
            var comparison = FileComparison(HostFileSystem())
            #expect(throws: HostFileError.self) {
                try comparison.areEqual(one, other, limit: 299_999) { _, _ in true }
            }
        }
    }

    @Test func aFileThatIsNotThereIsAnError() async throws {
        try await withTemporaryFolder { folder in
            try File.write([1], to: folder.appending("one"))
            var comparison = FileComparison(HostFileSystem())
            #expect(throws: HostFileError.self) {
                try Self.areEqual(folder.appending("one"), folder.appending("none"), &comparison)
            }
        }
    }
}
