import HostFiles
import SystemPackage
import TestSupport
import Testing

@Suite struct FileComparisonTests {
    /// Sizes around that of a block, 64 KiB.
    @Test(arguments: [0, 1, 65_535, 65_536, 65_537, 200_000])
    func filesAreEqualWhenAllTheirBytesAre(size: Int) async throws {
        try await withTemporaryFolder { folder in
            var bytes = (0..<size).map { UInt8(truncatingIfNeeded: $0 &* 31) }
            let (one, other) = (folder.appending("one"), folder.appending("other"))
            try File.write(bytes, to: one)
            try File.write(bytes, to: other)
            var comparison = FileComparison(HostFileSystem())
            #expect(try comparison.areEqual(one, other))
            for place in Set([0, size / 2, size - 1]) where bytes.indices.contains(place) {
                bytes[place] ^= 1
                try File.write(bytes, to: other)
                #expect(try !comparison.areEqual(one, other), "byte \(place)")
                bytes[place] ^= 1
            }
            try File.write(bytes + [0], to: other)
            #expect(try !comparison.areEqual(one, other))
        }
    }

    @Test func aFileThatIsNotThereIsAnError() async throws {
        try await withTemporaryFolder { folder in
            try File.write([1], to: folder.appending("one"))
            var comparison = FileComparison(HostFileSystem())
            #expect(throws: HostFileError.self) {
                try comparison.areEqual(folder.appending("one"), folder.appending("none"))
            }
        }
    }
}
