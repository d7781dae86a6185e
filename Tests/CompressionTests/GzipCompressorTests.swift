import HostFiles
import Subprocess
import SystemPackage
import TestSupport
import Testing

@testable import Compression

/// Inputs that make libdeflate use every kind of block and code.
enum GzipSample: String, CaseIterable, CustomTestStringConvertible {
    case zeros, noise, text, mixed, skewed

    var testDescription: String { self.rawValue }

    /// The same bytes in every run.
    func bytes(_ count: Int) -> [UInt8] {
        var state: UInt64 = 0x9E37_79B9_7F4A_7C15
        func next() -> UInt64 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return state >> 33
        }
        switch self {
        case .zeros:
            return [UInt8](repeating: 0, count: count)
        case .noise:
            return (0..<count).map { _ in UInt8(truncatingIfNeeded: next() >> 5) }
        case .text:
            let words = ["release", "handler", "appup", "{load_module,", "}.\n", " ", "ok", "point_of_no_return"]
            var result: [UInt8] = []
            while result.count < count { result += words[Int(next() % 8)].utf8 }
            return Array(result.prefix(count))
        case .mixed:
            var result: [UInt8] = []
            while result.count < count {
                let length = Int(next() % 40_000)
                let sample: GzipSample = [.zeros, .noise, .text][Int(next() % 3)]
                result += sample.bytes(length)
            }
            return Array(result.prefix(count))
        case .skewed:
            // Frequencies that halve from symbol to symbol give codes longer than the walker's table.
            return (0..<count).map { _ in UInt8(min(31, (next() | 1 << 30).trailingZeroBitCount)) }
        }
    }
}

@Suite struct GzipCompressorTests {
    @Test(arguments: GzipSample.allCases, [0, 1, 2, 100, 70_000, 400_000])
    func inflatingGivesTheInputBack(_ sample: GzipSample, _ count: Int) throws {
        let bytes = sample.bytes(count)
        let compressed = try GzipCompressor.compress(bytes)
        #expect(try Inflate.gzip(compressed, limit: count) == bytes)
    }

    @Test(arguments: [-1, 0, 1, 12_345])
    func inputIsCutAtChunks(_ more: Int) throws {
        let bytes = GzipSample.mixed.bytes(GzipCompressor.chunkSize + more)
        let compressed = try GzipCompressor.compress(bytes)
        #expect(try Inflate.gzip(compressed, limit: bytes.count) == bytes)
    }

    @Test(arguments: GzipSample.allCases, [0, 1, 6, 7, 12])
    func openChunksFollowEachOther(_ sample: GzipSample, _ level: Int) throws {
        var frame = GzipFrame()
        var (input, output) = ([UInt8](), GzipFrame.header)
        let counts = [0, 1, 3, 10, 1000, 70_000, 5, 100_000]
        for (index, count) in counts.enumerated() {
            let chunk = sample.bytes(count)
            frame.add(chunk.span)
            input += chunk
            output += try GzipChunk.compress(chunk, isLast: index == counts.count - 1, level: level)
        }
        #expect(try Inflate.gzip(output + frame.trailer, limit: input.count) == input)
    }

    @Test(arguments: GzipSample.allCases) func walkerFindsTheLastBlockOfEverything(_ sample: GzipSample) throws {
        // Not finding it would fall back to stored blocks, which these inputs are larger as.
        for count in [100, 5_000, 30_000, 120_000] where sample != .noise {
            let chunk = sample.bytes(count)
            let last = try GzipChunk.compress(chunk, isLast: true)
            let open = try GzipChunk.compress(chunk, isLast: false)
            #expect((4...5).contains(open.count - last.count))
        }
    }

    @Test func levelFollowsTheDistributionOfBytes() {
        #expect(GzipChunk.level(for: GzipSample.noise.bytes(100_000)) == 4)
        #expect(GzipChunk.level(for: (0..<100_000).map { UInt8($0 % 64) }) == 5)
        #expect(GzipChunk.level(for: GzipSample.text.bytes(100_000)) == 7)
        #expect(GzipChunk.level(for: GzipSample.zeros.bytes(GzipCompressor.chunkSize)) == 7)
        #expect(GzipChunk.level(for: []) == 7)
    }

    @Test(.enabled(if: OTP.isInstalled)) func releasesAreNoLargerThanWithZlib() async throws {
        let library = try #require(OTP.root).appending("lib")
        var input: [UInt8] = []
        let files = HostFileSystem()
        for folder in try files.folders(matching: library.appending("stdlib-*/ebin")) {
            for entry in try files.entries(of: folder) { input += try files.readFile(folder.appending(entry.name)) }
        }
        let ours = try GzipCompressor.compress(input)
        let theirs = try await run(
            .name("gzip"), arguments: ["-6"], input: .array(input), output: .bytes(limit: 1 << 26))
        #expect(input.count > 1 << 20)
        #expect(ours.count < theirs.standardOutput.count)
    }

    @Test func storedBlocksHoldAnyLength() throws {
        for count in [1, 65_534, 65_535, 65_536, 200_000] {
            let chunk = GzipSample.noise.bytes(count)
            var frame = GzipFrame()
            frame.add(chunk.span)
            let output = GzipFrame.header + GzipChunk.stored(chunk) + [3, 0] + frame.trailer
            #expect(try Inflate.gzip(output, limit: count) == chunk)
        }
        #expect(GzipChunk.stored([]).isEmpty)
    }

    @Test func brokenStreamsEndTheWalk() throws {
        let spare = [UInt8](repeating: 0, count: GzipBlockWalker.spareBytes)
        for sample in GzipSample.allCases {
            let stream = try GzipChunk.compress(sample.bytes(3_000), isLast: true)
            for count in 0..<stream.count {
                #expect(GzipBlockWalker.lastBlock(of: Array(stream[..<count]) + spare, count: count) == nil)
            }
            for index in stream.indices.prefix(400) {
                for flip: UInt8 in [0x01, 0x10, 0x80, 0xFF] {
                    var changed = stream
                    changed[index] ^= flip
                    if let block = GzipBlockWalker.lastBlock(of: changed + spare, count: stream.count) {
                        #expect(block.start < block.end && block.end <= stream.count * 8)
                    }
                }
            }
        }
        #expect(GzipBlockWalker.lastBlock(of: [], count: 0) == nil)
        #expect(GzipBlockWalker.lastBlock(of: [3, 0], count: 2) == nil)
        #expect(GzipBlockWalker.lastBlock(of: spare, count: -1) == nil)
    }

    @Test func noiseEndsTheWalk() {
        let noise = GzipSample.noise.bytes(40_000)
        for start in 0..<2_000 {
            let piece = Array(noise[(start * 16)..<(start * 16 + 200)])
            if let block = GzipBlockWalker.lastBlock(of: piece, count: piece.count - 8) {
                #expect(block.end <= piece.count * 8)
            }
        }
    }

    @Test(.enabled(if: OTP.isInstalled)) func erlangReadsWhatWeWriteAndWritesTheSameHeader() async throws {
        let bytes = GzipSample.mixed.bytes(GzipCompressor.chunkSize + 300_000)
        let compressed = try GzipCompressor.compress(bytes)
        try await withTemporaryFolder { folder in
            let (plain, packed) = (folder.appending("plain"), folder.appending("packed"))
            try HostFileSystem().replaceFile(plain, with: bytes)
            try HostFileSystem().replaceFile(packed, with: compressed)
            let header = try await OTP.evaluate(
                """
                [Plain, Packed, Theirs] = init:get_plain_arguments(),
                {ok, Want} = file:read_file(Plain),
                {ok, Gzip} = file:read_file(Packed),
                Want = zlib:gunzip(Gzip),
                {ok, F} = file:open(Packed, [read, compressed, binary]),
                {ok, Want} = file:read(F, byte_size(Want) + 1),
                ok = erl_tar:create(Theirs, [{"x", <<"y">>}], [compressed]),
                {ok, <<Header:10/binary, _/binary>>} = file:read_file(Theirs),
                file:write(standard_io, Header)
                """, arguments: [plain.string, packed.string, folder.appending("t.tar.gz").string])
            #expect(header == GzipFrame.header)
            let test = try await run(
                .name("gzip"), arguments: ["-t", "-v"], input: .array(compressed), output: .discarded)
            #expect(test.terminationStatus.isSuccess)
        }
    }
}
