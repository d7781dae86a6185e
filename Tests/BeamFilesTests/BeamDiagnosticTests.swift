import BeamFiles
import Diagnostics
import Testing

/// Each kind of finding, with the input that raises it.
@Suite struct BeamDiagnosticTests {
    private func finding(_ body: () throws -> Void) throws -> Diagnostic {
        do {
            try body()
        } catch let error as BeamFileError {
            return error.diagnostic(path: "ebin/m.beam")
        }
        Issue.record("nothing was refused")
        return Diagnostic(Diagnostic.ID("none"), .note, "")
    }

    private func beam(replacing name: ChunkName, with data: [UInt8]) throws -> BeamFile {
        let beam = try BeamFixture(version: 29, module: "closures").beam()
        return try BeamFile(parsing: BeamContainer.rebuilt(beam) { $0.name == name ? data : nil })
    }

    @Test func otherFilesAreNoModules() throws {
        let finding = try self.finding { _ = try BeamFile(parsing: Array("#!/bin/sh".utf8)) }
        #expect(finding.id == .beamNotAModule)
        #expect(finding.place == .binary(Diagnostic.BinaryPlace(path: "ebin/m.beam", offset: 0)))
        #expect(!finding.help.isEmpty)
    }

    @Test func damageIsFoundWithItsChunkAndOffset() throws {
        let finding = try self.finding {
            _ = try self.beam(replacing: .exports, with: [0, 0, 0, 1, 0, 0, 3, 0, 0, 0, 0, 0, 0, 0, 0, 1]).exports
        }
        #expect(finding.id == .beamDamaged)
        guard case .binary(let place) = finding.place else {
            Issue.record("\(finding.place)")
            return
        }
        #expect(place.chunk == "ExpT")
        let offset = try BeamFixture(version: 29, module: "closures").beam().chunk(.exports)?.offset
        #expect(place.offset == offset.map { $0 + 4 })
    }

    @Test func missingChunksAreNamed() throws {
        let beam = try BeamFixture(version: 25, module: "closures").beam()
        let rest = beam.chunks.filter { $0.name != .code }.map { ($0.name, Array(beam.data(of: $0))) }
        let finding = try self.finding { _ = try BeamFile(parsing: BeamContainer.file(rest)).digest }
        #expect(finding.id == .beamMissingChunk)
        #expect(finding.summary.contains("`Code`"))
    }

    @Test func filesOverTheLimitAreRefused() throws {
        let bytes = try BeamFixture(version: 25, module: "closures").bytes()
        let finding = try self.finding { _ = try BeamFile(parsing: bytes, limits: BeamFileLimits(fileBytes: 100)) }
        #expect(finding.id == .beamOverLimit)
    }

    @Test func newerInstructionsAreNotGuessedAt() throws {
        let code: [UInt8] = [0, 0, 0, 16, 0, 0, 0, 0, 0, 0, 0, 250, 0, 0, 0, 1, 0, 0, 0, 0, 250, 3]
        let finding = try self.finding { _ = try self.beam(replacing: .code, with: code).onLoadFunction }
        #expect(finding.id == .beamTooNew)
    }

    @Test func encryptedDebugInformationIsSaid() throws {
        let beam = try self.beam(replacing: .debugInformation, with: [0, 8] + Array("des3_cbc".utf8))
        #expect(beam.debugInformation?.isEncrypted == true)
        #expect(try self.finding { _ = try beam.debugInformationTerm }.id == .beamEncrypted)
    }

    @Test func theSentenceNamesChunkAndByte() {
        let error = BeamFileError(.invalidAtomIndex(768, count: 12), chunk: .exports, offset: 20)
        #expect(error.description == "atom number 768, but there are only 12 in chunk `ExpT` at byte 20")
    }
}
