import Compression
import TestSupport
import Testing

@Suite struct InflateTests {
    /// A zlib stream of one stored block.
    private static func stored(_ bytes: [UInt8]) -> [UInt8] {
        var low: UInt32 = 1
        var high: UInt32 = 0
        for byte in bytes {
            low = (low + UInt32(byte)) % 65521
            high = (high + low) % 65521
        }
        let count = UInt16(bytes.count)
        let head: [UInt8] = [
            0x78, 0x01, 1, UInt8(count & 0xff), UInt8(count >> 8), UInt8(~count & 0xff), UInt8(~count >> 8),
        ]
        return head + bytes + [UInt8(high >> 8), UInt8(high & 0xff), UInt8(low >> 8), UInt8(low & 0xff)]
    }

    private static let text = Array("What is small enough is not worth compressing.".utf8)

    @Test func aStreamOfTheDeclaredSizeIsInflated() throws {
        #expect(try Inflate.zlib(Self.stored(Self.text), inflatedSize: Self.text.count) == Self.text)
        #expect(try Inflate.zlib(Self.stored([]), inflatedSize: 0) == [])
    }

    @Test func aWrongSizeIsRefused() {
        let stream = Self.stored(Self.text)
        #expect(throws: InflateError(.shorterThanDeclared(declared: 47))) {
            try Inflate.zlib(stream, inflatedSize: 47)
        }
        #expect(throws: InflateError(.longerThanDeclared(declared: 45))) {
            try Inflate.zlib(stream, inflatedSize: 45)
        }
        #expect(throws: InflateError(.impossibleSize(declared: 1 << 40, compressed: stream.count))) {
            try Inflate.zlib(stream, inflatedSize: 1 << 40)
        }
        #expect(throws: InflateError(.impossibleSize(declared: -1, compressed: stream.count))) {
            try Inflate.zlib(stream, inflatedSize: -1)
        }
    }

    @Test func everyDamageIsNoticed() {
        let stream = Self.stored(Self.text)
        for count in 0..<stream.count {
            #expect(throws: InflateError.self) {
                try Inflate.zlib(Array(stream.prefix(count)), inflatedSize: Self.text.count)
            }
        }
        // The first byte's upper half is only the size of the window.
        for index in stream.indices.dropFirst(2) {
            var damaged = stream
            damaged[index] ^= 0x02
            #expect(throws: InflateError.self, "byte \(index)") {
                try Inflate.zlib(damaged, inflatedSize: Self.text.count)
            }
        }
    }

    @Test func bytesBehindTheStreamAreRefusedOrCounted() throws {
        let stream = Self.stored(Self.text)
        #expect(throws: InflateError(.trailingBytes(count: 3))) {
            try Inflate.zlib(stream + [1, 2, 3], inflatedSize: Self.text.count)
        }
        let result = try Inflate.zlibPrefix((stream + [1, 2, 3]).span, inflatedSize: Self.text.count)
        #expect(result.bytes == Self.text)
        #expect(result.consumed == stream.count)
    }

    /// The file that `gzip -n` makes of ten letters.
    private static let gzip: [UInt8] = [
        0x1f, 0x8b, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x03, 0x4b, 0x4c, 0x84, 0x01, 0x00, 0xf0, 0xcd, 0x11,
        0x4c,
        0x0a, 0x00, 0x00, 0x00,
    ]

    @Test func aGzipFileIsInflatedUpToTheLimit() throws {
        #expect(try Inflate.gzip(Self.gzip, limit: 10) == [UInt8](repeating: 97, count: 10))
        #expect(throws: InflateError(.overLimit(declared: 10, limit: 9))) { try Inflate.gzip(Self.gzip, limit: 9) }
        #expect(Inflate.isGzip(Self.gzip))
        #expect(!Inflate.isGzip([0x1f]))
    }

    @Test func damagedGzipFilesAreRefused() {
        for count in Self.gzip.indices {
            #expect(throws: InflateError.self) { try Inflate.gzip(Array(Self.gzip.prefix(count)), limit: 1 << 20) }
        }
        // A second member.
        #expect(throws: InflateError(.trailingBytes(count: Self.gzip.count))) {
            try Inflate.gzip(Self.gzip + Self.gzip, limit: 1 << 20)
        }
        // A trailer that claims 1 GB.
        #expect(throws: InflateError(.impossibleSize(declared: 1 << 30, compressed: Self.gzip.count))) {
            try Inflate.gzip(Self.gzip.dropLast(4) + [0, 0, 0, 0x40], limit: 2 << 30)
        }
    }
}
