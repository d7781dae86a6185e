import BeamFiles
import ErlangTerms
import TestSupport
import Testing

/// Damaged and malicious files: refused or read as something else, but never a trap, a hang or memory without end.
@Suite(.timeLimit(.minutes(5))) struct BeamFileHostileTests {
    /// Asks for everything.
    private func readAll(_ beam: BeamFile) throws {
        _ = try beam.facts
        _ = try beam.locals
        _ = try beam.lambdas
        _ = try beam.literals
        _ = try beam.lines
        if let places = try beam.sourcePlaces {
            for call in try beam.imports {
                _ = places.place(ofCall: call, from: ("init", 1)) ?? places.place(ofCall: call)
            }
        }
        _ = try beam.types
        _ = try beam.codeHeader
        _ = try beam.strings
        _ = try beam.compileInformation
        _ = try beam.metadata
        _ = try beam.documentation
        _ = try beam.debugInformationTerm
    }

    private static let small = [
        BeamFixture(version: 25, module: "größe"), BeamFixture(version: 29, module: "native_records"),
        BeamFixture(version: 27, module: "constants"),
    ]

    @Test(arguments: Self.small)
    func everyPrefixIsRefused(_ fixture: BeamFixture) throws {
        let bytes = try fixture.bytes()
        for count in bytes.indices {
            #expect(throws: BeamFileError.self) { try BeamFile(parsing: Array(bytes.prefix(count))) }
        }
    }

    @Test(arguments: Self.small, [0x01, 0x80, 0xff] as [UInt8])
    func everyChangedByteIsSurvived(_ fixture: BeamFixture, change: UInt8) throws {
        let bytes = try fixture.bytes()
        var survived = 0
        for index in bytes.indices {
            var changed = bytes
            changed[index] ^= change
            do throws(BeamFileError) {
                let beam = try BeamFile(parsing: changed)
                do { try self.readAll(beam) } catch { #expect(error is BeamFileError) }
                survived += 1
            } catch {
                #expect(error.offset >= 0)
            }
        }
        // A compressed file notices every change of its content; only its header has room.
        #expect(survived < bytes.count)
    }

    /// Cuts a chunk's data short or makes it longer, with the container kept in order.
    @Test func everyChunkOfAnyLengthIsSurvived() throws {
        for fixture in [BeamFixture(version: 25, module: "closures"), BeamFixture(version: 29, module: "closures")] {
            let beam = try fixture.beam()
            for chunk in beam.chunks {
                for count in 0..<min(chunk.size, 120) {
                    let container = BeamContainer.rebuilt(beam) {
                        $0 == chunk ? Array(beam.data(of: $0).prefix(count)) : nil
                    }
                    guard let shorter = try? BeamFile(parsing: container) else { continue }
                    do { try self.readAll(shorter) } catch { #expect(error is BeamFileError) }
                }
                let longer = try BeamFile(
                    parsing: BeamContainer.rebuilt(beam) { $0 == chunk ? Array(beam.data(of: $0)) + [0] : nil })
                if ![ChunkName.code, .strings, .types].contains(chunk.name) {
                    #expect(throws: BeamFileError.self, "\(chunk.name)") { try self.readAll(longer) }
                }
            }
        }
    }

    @Test func countsThatDoNotFitAreRefused() throws {
        let beam = try BeamFixture(version: 25, module: "closures").beam()
        for name in [ChunkName.atoms, .imports, .exports, .locals, .lambdas, .lines] {
            for huge: [UInt8] in [[0xff, 0xff, 0xff, 0xff], [0x7f, 0xff, 0xff, 0xff], [0x80, 0, 0, 0]] {
                let position = name == .lines ? 12 : 0
                let container = BeamContainer.rebuilt(beam) { chunk in
                    guard chunk.name == name else { return nil }
                    var data = Array(beam.data(of: chunk))
                    data.replaceSubrange(position..<(position + 4), with: huge)
                    return data
                }
                #expect(throws: BeamFileError.self, "\(name)") { try self.readAll(try BeamFile(parsing: container)) }
            }
        }
    }

    @Test func literalsThatClaimTooMuchAreRefused() throws {
        let beam = try BeamFixture(version: 25, module: "closures").beam()
        let literals = try #require(beam.chunk(.literals))
        func claiming(_ size: [UInt8]) throws -> BeamFile {
            try BeamFile(
                parsing: BeamContainer.rebuilt(beam) {
                    $0.name == .literals ? size + Array(beam.data(of: $0).dropFirst(4)) : nil
                })
        }
        let tooLarge = try claiming([0x7f, 0xff, 0xff, 0xff])
        #expect(throws: BeamFileError.self) { try tooLarge.literals }
        let impossible = try claiming([0x00, 0xff, 0xff, 0xff])
        #expect(throws: BeamFileError.self) { try impossible.literals }
        // Zero says that they are not compressed.
        let plain = try claiming([0, 0, 0, 0])
        #expect(throws: BeamFileError.self) { try plain.literals }
        #expect(literals.size > 4)
    }

    /// Chunks of other names, of any number of them, and the same name twice.
    @Test func unknownAndRepeatedChunksAreKeptInTheIndex() throws {
        let beam = try BeamFixture(version: 27, module: "closures").beam()
        let name = try #require(ChunkName("Mine"))
        let extra = BeamContainer.rebuilt(beam, adding: [(name, [1, 2, 3]), (name, [4]), (.strings, [5])])
        let read = try BeamFile(parsing: extra)
        #expect(read.chunks.count == beam.chunks.count + 3)
        #expect(read.chunk(name).map { Array(read.data(of: $0)) } == [1, 2, 3])
        #expect(try read.digest == beam.digest)
        let many = BeamContainer.rebuilt(beam, adding: (0..<300).map { _ in (name, []) })
        #expect(throws: BeamFileError.self) { try BeamFile(parsing: many) }
    }

    @Test(.enabled(if: OTP.isInstalled)) func compressedBombsAreRefused() async throws {
        let bomb = try await OTP.evaluate(
            "io:setopts([{encoding, latin1}]), file:write(standard_io, zlib:gzip(<<0:(64 * 1048576 * 8)>>))")
        #expect(bomb.count < 80_000)
        let limits = BeamFileLimits(fileBytes: 1 << 20)
        #expect(throws: BeamFileError.self) { try BeamFile(parsing: bomb, limits: limits) }
    }
}
