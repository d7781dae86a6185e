import ErlangTerms
import Testing

@testable import BeamFiles

@Suite struct BeamFileTests {
    @Test(arguments: BeamFixture.all)
    func factsAreThoseOfBeamLib(_ fixture: BeamFixture) throws {
        let beam = try fixture.beam()
        let onLoad = try beam.onLoadFunction.map { [Term.atom($0)] } ?? []
        let ours: [Atom: Term] = [
            "module": .atom(beam.module), "md5": .binary(try beam.digest), "version": .list(try beam.version),
            "on_load": .list(onLoad), "chunks": BeamTerms.index(beam), "exports": try BeamTerms.exports(beam),
            "imports": try BeamTerms.imports(beam), "locals": try BeamTerms.locals(beam),
            "attributes": try BeamTerms.attributes(beam), "compile_info": .list(try beam.compileInformation),
            "atoms": .list(
                try beam.atoms.atoms.enumerated().map { .tuple(.integer($0.offset + 1), .atom($0.element)) }),
        ]
        let theirs = try fixture.facts()
        for (key, value) in theirs { #expect(ours[key] == value, "\(key)") }
        #expect(theirs.count == ours.count)
    }

    @Test(arguments: BeamFixture.all)
    func everyChunkIsReadAndTheCodeHasItsFunctions(_ fixture: BeamFixture) throws {
        let beam = try fixture.beam()
        #expect(beam.isCompressed == (fixture.module == "constants"))
        _ = try beam.literals
        _ = try beam.metadata
        _ = try beam.strings
        _ = try beam.lambdas
        _ = try beam.types
        let lines = try #require(try beam.lines)
        #expect(lines.locations.count > 0)
        let header = try beam.codeHeader
        var functions = 0
        var last = 0
        try beam.walkInstructions { instruction in
            functions += instruction.opcode == Opcode.functionInformation ? 1 : 0
            last = instruction.opcode
        }
        #expect(functions == header.functionCount)
        #expect(last == 3, "the code ends with int_code_end")
    }

    @Test(arguments: [25, 27, 29])
    func literalsAreTheConstantsOfTheSource(version: Int) throws {
        let literals = try BeamFixture(version: version, module: "constants").beam().literals
        let table = literals.compactMap { if case .map(let map) = $0 { map } else { nil } }.first { $0.count == 34 }
        #expect(table?[.integer(21)] == .string("twenty-one"))
        let list = try #require(literals.compactMap(\.listElements).first { $0.count > 20 })
        let strings: [Term] = [.string("text"), .string("naïve ☕"), .list([.atom("a")], tail: .atom("b"))]
        for string in strings { #expect(list.contains(string)) }
        #expect(list.contains(.bitString([0xa0], bitsInLastByte: 3)))
    }

    @Test(arguments: [25, 27, 29])
    func behavioursAndVersionComeFromAttributes(version: Int) throws {
        let beam = try BeamFixture(version: version, module: "parcel_counter").beam()
        #expect(try beam.behaviours == ["gen_server", "supervisor_bridge"])
        #expect(
            try beam.version == [.integer(50), .integer(46), .integer(49), .atom("a"), .tuple(.atom("b"), .integer(3))])
        #expect(try beam.compilerVersion?.isEmpty == false)
        let facts = try beam.facts
        #expect(facts.module == "parcel_counter")
        #expect(facts.digest == (try beam.digest))
        #expect(facts.behaviours == ["gen_server", "supervisor_bridge"])
        #expect(facts.exports.contains { $0.name == "code_change" && $0.arity == 3 })
        #expect(facts.imports.contains(BeamFile.Import(module: "gen_server", function: "start_link", arity: 4)))
        #expect(facts.onLoadFunction == nil)
    }

    @Test(arguments: [25, 27, 29])
    func functionsAsValuesAndForeignLinesAreFound(version: Int) throws {
        let beam = try BeamFixture(version: version, module: "closures").beam()
        #expect(try beam.facts.onLoadFunction == "prepare")
        let lambdas = try beam.lambdas
        #expect(lambdas.contains { $0.name == "-adder/1-fun-0-" && $0.freeVariableCount == 1 && $0.arity == 2 })
        let lines = try #require(try beam.lines)
        #expect(lines.fileNames.contains { $0.hasSuffix("twice.hrl") })
        let foreign = lines.locations.filter { lines.fileName(of: $0)?.hasSuffix("twice.hrl") ?? false }
        #expect(foreign.map(\.line) == [8])
    }

    @Test(arguments: [25, 27, 29])
    func debugInformationIsDecodedOnDemand(version: Int) throws {
        let beam = try BeamFixture(version: version, module: "closures").beam()
        let information = try #require(beam.debugInformation)
        #expect(!information.isEncrypted)
        #expect(information.chunk.name == .debugInformation)
        let term = try #require(try beam.debugInformationTerm?.tupleElements)
        #expect(term[0] == .atom("debug_info_v1"))
        #expect(try BeamFixture(version: version, module: "constants").beam().documentation == nil)
    }

    @Test func atomsMayHaveMoreThan255Bytes() throws {
        let atoms = try BeamFixture(version: 29, module: "long_atoms").beam().atoms.atoms
        #expect(atoms.contains(Atom(String(repeating: "🙂", count: 255))))
    }

    @Test func chunkNamesAreFourBytes() {
        #expect(ChunkName("AtU8") == .atoms)
        #expect(ChunkName.atoms.description == "AtU8")
        #expect(ChunkName("At") == nil)
        #expect(ChunkName("At☕8") == nil)
        #expect(ChunkName("Atä8")?.description == "Atä8")
    }
}
