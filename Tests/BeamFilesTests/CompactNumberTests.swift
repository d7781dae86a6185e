import ByteParsing
import Testing

@testable import BeamFiles

@Suite struct CompactNumberTests {
    @Test(
        arguments: [
            ([0x10], 1), ([0xf0], 15), ([0x08, 16], 16), ([0xe8, 0xff], 2047), ([0x18, 8, 0], 2048),
            ([0x18, 0xff, 0xff], -1), ([0x38, 1, 0, 0], 65536),
            ([0xd8, 127, 1, 2, 3, 4, 5, 6, 7], 0x7f01_0203_0405_0607),
            ([0xd8, 128, 0, 0, 0, 0, 0, 0, 0], Int.min),
        ] as [([UInt8], Int)])
    func numbersAreRead(bytes: [UInt8], value: Int) throws {
        var cursor = ByteCursor(bytes.span)
        let number = try cursor.compactNumber()
        #expect(number.tag == .unsigned)
        #expect(number.value == value)
        let isAtEnd = cursor.isAtEnd
        #expect(isAtEnd)
    }

    @Test func numbersOfManyBytesArePassed() throws {
        let nine: [UInt8] = [0xf8, 0x00] + [UInt8](repeating: 1, count: 9)
        let twelve: [UInt8] = [0xf9, 0x30] + [UInt8](repeating: 1, count: 12)
        for bytes in [nine, twelve] {
            var cursor = ByteCursor(bytes.span)
            #expect(try cursor.compactNumber().value == nil)
            let isAtEnd = cursor.isAtEnd
            #expect(isAtEnd)
        }
    }

    @Test(
        arguments: [
            [], [0x08], [0x18, 1], [0xf8], [0xf8, 0x00], [0xf8, 0xf8], [0xf8, 0xf8, 0xf8, 0xf8], [0xf8, 0x11],
            [0xf8, 0x18, 0xff, 0xff, 1], [0xf8, 0xd8, 127, 255, 255, 255, 255, 255, 255, 255, 1],
        ] as [[UInt8]])
    func brokenNumbersAreRefused(bytes: [UInt8]) {
        #expect(throws: BeamFileError.self) {
            var cursor = ByteCursor(bytes.span)
            _ = try cursor.compactNumber()
        }
    }
}
