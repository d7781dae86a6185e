import ErlangTerms
import Subprocess
import SystemPackage
import TestSupport
import Testing

/// `relift systools` at the other end of a pipe.
@Suite struct SystoolsPortTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let name: String
        let input: [UInt8]
        let status: Int
        /// What standard error must show.
        let shown: String
        var testDescription: String { self.name }
    }

    static let cases: [Case] = [
        Case(name: "nothing", input: [], status: 0, shown: ""),
        Case(name: "half a length", input: [0, 0], status: 2, shown: "inside the length"),
        Case(name: "half a request", input: [0, 0, 0, 9, 131], status: 2, shown: "after 1 of the 9 bytes"),
        Case(name: "an impossible length", input: [255, 255, 255, 255], status: 2, shown: "4294967295 bytes"),
    ]

    @Test(arguments: cases)
    func aBrokenStreamEndsWithAFinding(_ example: Case) async throws {
        let (status, output, errors) = try await Self.run(example.input)
        #expect(status == example.status)
        #expect(output.isEmpty)
        #expect(errors.contains(example.shown), "\(errors)")
    }

    @Test func whatIsNoRequestIsAnsweredAndTheNextOneToo() async throws {
        let requests: [[UInt8]] = [
            [131, 255], [], ExternalTerm.encode(.atom("hello")),
            ExternalTerm.encode(.tuple(.atom("make_coffee"), .emptyList)),
            ExternalTerm.encode(.tuple(.atom("make_script"), .emptyList)),
            ExternalTerm.encode(
                .tuple(
                    .atom("make_script"),
                    .list([.string("x"), .list([.tuple(.atom("cwd"), .string("/nowhere/at/all"))])]))),
            ExternalTerm.encode(
                .tuple(
                    .atom("translate_scripts"), .list([.atom("up"), .emptyList, .emptyList, .emptyList]))),
        ]
        let (status, output, _) = try await Self.run(requests.flatMap(Self.frame))
        #expect(status == 0)
        let reasons = try Self.answers(output).map { answer -> String in
            let elements = try #require(answer.tupleElements)
            guard elements[0] == .atom("EXIT") else { return TermPrinter.line(answer) }
            let reason = try #require(elements[1].tupleElements?.first)
            return reason.tupleElements?.first.map(TermPrinter.line) ?? TermPrinter.line(reason)
        }
        #expect(
            reasons == ["badarg", "badarg", "badarg", "undef", "undef", "bad_cwd", "{ok,[point_of_no_return]}"])
    }

    private static func frame(_ bytes: [UInt8]) -> [UInt8] {
        [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: bytes.count >> $0) } + bytes
    }

    private static func answers(_ output: [UInt8]) throws -> [Term] {
        var rest = output[...]
        var answers: [Term] = []
        while !rest.isEmpty {
            let length = rest.prefix(4).reduce(0) { $0 << 8 | Int($1) }
            answers.append(try ExternalTerm.decode(Array(rest.dropFirst(4).prefix(length))))
            rest = rest.dropFirst(4 + length)
        }
        return answers
    }

    private static func run(_ input: [UInt8]) async throws -> (status: Int, output: [UInt8], errors: String) {
        let result = try await Subprocess.run(
            .path(Program.path), arguments: ["systools"], input: .array(input), output: .bytes(limit: 1 << 20),
            error: .string(limit: 1 << 20))
        guard case .exited(let code) = result.terminationStatus else { return (-1, [], "") }
        return (Int(code), result.standardOutput, result.standardError)
    }
}
