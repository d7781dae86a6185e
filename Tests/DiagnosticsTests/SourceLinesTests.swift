import Diagnostics
import Testing

@Suite struct SourceLinesTests {
    static let texts: [[UInt8]] = [
        [], Array("\n".utf8), Array("a".utf8), Array("a\n".utf8), Array("a\r\nbc\n\nd".utf8), Array("å\nж日🎉x\n".utf8),
        [0xe5, 0x0a, 0x61, 0x80, 0xf0, 0x9f, 0x0a],
    ]

    @Test(arguments: Self.texts) func bothWaysToFindAPositionAgree(_ bytes: [UInt8]) {
        let file = SourceFile(path: "", bytes: bytes)
        let lines = SourceLines(bytes)
        for offset in -1...(bytes.count + 2) {
            let position = lines.position(of: offset)
            #expect(position == file.position(of: offset))
            let clamped = max(0, min(offset, bytes.count))
            #expect(position.line == bytes[..<clamped].count { $0 == 0x0a } + 1)
            let (start, line) = file.line(around: offset)
            #expect(lines.line(position.line) == start..<(start + line.count))
        }
    }

    @Test func columnsCountScalars() {
        let file = SourceFile(path: "", bytes: Array("e\u{301}日🎉x".utf8))
        #expect(file.position(of: file.bytes.count - 1) == .init(line: 1, column: 5))
    }

    @Test func linesThatAreNotThereHaveNoBytes() {
        let lines = SourceLines(Array("a\nb".utf8))
        #expect(lines.line(0) == nil)
        #expect(lines.line(2) == 2..<3)
        #expect(lines.line(3) == nil)
    }
}
