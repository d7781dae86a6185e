import BeamFiles
import ErlangTerms
import ReleaseModel
import SystemPackage
import TestSupport
import Testing

@testable import ReleaseLoading

/// What is told of the states of processes without running them.
@Suite(.enabled(if: OTP.isInstalled)) struct StateShapesTests {
    @Test(arguments: [("[debug_info]", false), ("[]", false), ("[debug_info]", true), ("[no_type_opt]", false)])
    func readsTheFixtures(options: String, isStripped: Bool) async throws {
        let hasNames = options == "[debug_info]" && !isStripped
        for (fixture, shapes) in zip(
            StateFixture.all, try await StateFixture.read(options: options, isStripped: isStripped))
        {
            let expected = hasNames ? fixture.shapes : fixture.bareShapes ?? fixture.shapes
            #expect(shapes?.shapes.map(\.description) == expected, "\(fixture.name): \(shapes?.gaps ?? [])")
            #expect(shapes?.gaps.isEmpty == fixture.isComplete, "\(fixture.name): \(shapes?.gaps ?? [])")
            if let conversions = fixture.conversions {
                #expect(shapes?.conversions?.map(\.text) == conversions, "\(fixture.name)")
            }
        }
    }

    /// Modules of the OTP of this machine that keep a state: nothing traps, and of nearly all something can be said.
    @Test func readsTheProcessesOfOTP() async throws {
        guard let root = OTP.root else { return }
        let list = try await Program.run("find", [root.appending("lib").string, "-follow", "-name", "*.beam"])
        let names = ["/kernel-", "/stdlib-", "/sasl-", "/os_mon-", "/megaco-"]
        var counts = (modules: 0, complete: 0, some: 0)
        for path in list.output.split(separator: "\n").sorted() where names.contains(where: path.contains) {
            guard let beam = try? BeamFile(parsing: try File.read(FilePath(String(path)))),
                let attributes = try? beam.facts.behaviours,
                let state = StateShapes(beam, behaviours: attributes)
            else { continue }
            counts.modules += 1
            if state.gaps.isEmpty {
                counts.complete += 1
            } else if !state.shapes.isEmpty {
                counts.some += 1
            }
        }
        #expect(counts.modules > 30)
        #expect((counts.complete + counts.some) * 10 > counts.modules * 8, "\(counts)")
    }

    /// Damaged code and debug information never trap and never take long.
    @Test func damagedFilesTellLess() async throws {
        guard let root = OTP.root else { return }
        let found = try await Program.run("find", [root.appending("lib").string, "-follow", "-name", "timer.beam"])
        guard let path = found.output.split(separator: "\n").first else { return }
        let bytes = try File.read(FilePath(String(path)))
        guard let chunk = try BeamFile(parsing: bytes).chunk(.code) else { return }
        for position in stride(from: chunk.range.lowerBound + 20, to: chunk.range.upperBound, by: 97) {
            var damaged = bytes
            damaged[position] ^= UInt8(truncatingIfNeeded: position | 1)
            guard let beam = try? BeamFile(parsing: damaged) else { continue }
            _ = StateShapes(beam, behaviours: ["gen_server"])
        }
    }
}
