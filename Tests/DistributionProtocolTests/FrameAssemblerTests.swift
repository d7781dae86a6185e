import Testing

@testable import DistributionProtocol

@Suite struct FrameAssemblerTests {
    @Test(arguments: 1...9)
    func framesComeOutWholeHoweverTheyCameIn(size: Int) throws {
        let stream: [UInt8] = [0, 0, 0, 1, 7, 0, 0, 0, 0, 0, 0, 0, 3, 1, 2, 3, 0, 0]
        var assembler = FrameAssembler(width: .four, limit: 100)
        var frames: [[UInt8]] = []
        for start in stride(from: 0, to: stream.count, by: size) {
            assembler.append(Array(stream[start..<min(start + size, stream.count)]))
            while let frame = try assembler.next() { frames.append(frame) }
        }
        #expect(frames == [[7], [], [1, 2, 3]])
        #expect(Array(assembler.pending) == [0, 0])
    }

    @Test func theWidthOfLengthsChangesBetweenFrames() throws {
        var assembler = FrameAssembler(width: .two, limit: 100)
        assembler.append([0, 1, 9, 0, 0, 0, 2, 8, 8])
        #expect(try assembler.next() == [9])
        assembler.width = .four
        #expect(try assembler.next() == [8, 8])
        #expect(try assembler.next() == nil)
    }

    @Test(arguments: [FrameAssembler.LengthWidth.two, .four])
    func aLengthOverTheLimitIsAnError(width: FrameAssembler.LengthWidth) throws {
        var assembler = FrameAssembler(width: width, limit: 300)
        assembler.append(Array(repeating: UInt8(0), count: width.rawValue - 2) + [1, 45])
        #expect(throws: FrameTooLarge(length: 301, limit: 300)) { try assembler.next() }
        var fits = FrameAssembler(width: width, limit: 300)
        fits.append(Array(repeating: UInt8(0), count: width.rawValue - 2) + [1, 44])
        #expect(try fits.next() == nil)
    }

    @Test func theLargestLengthDoesNotOverflow() throws {
        var assembler = FrameAssembler(width: .four, limit: 1 << 20)
        assembler.append([255, 255, 255, 255])
        #expect(throws: FrameTooLarge(length: 4_294_967_295, limit: 1 << 20)) { try assembler.next() }
    }

    @Test func tenMegabytesComeInSmallPieces() throws {
        let size = 10 << 20
        var assembler = FrameAssembler(width: .four, limit: size)
        assembler.append([0, 0xa0, 0, 0])
        let piece = [UInt8](repeating: 5, count: 1 << 14)
        for _ in 0..<(size / piece.count - 1) {
            assembler.append(piece)
            #expect(try assembler.next() == nil)
        }
        assembler.append(piece)
        #expect(try assembler.next()?.count == size)
        #expect(assembler.pending.isEmpty)
    }
}
