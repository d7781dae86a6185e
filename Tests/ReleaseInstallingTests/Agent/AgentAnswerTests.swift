import ErlangTerms
import Testing

@testable import ReleaseInstalling

/// Answers of a node that is not what it says.
@Suite struct AgentAnswerTests {
    private static let pid = Term.pid(ProcessIdentifier(node: "n@h", id: 1, serial: 0, creation: 1))

    /// A whole answer of each function.
    private static let answers: [Term] = [
        Self.map([
            "otp": .binary(Array("25".utf8)), "erts": .binary([49]), "processes": .integer(3),
            "process_limit": .integer(9), "schedulers": .integer(1), "heart": .atom("true"),
            "static_emulator": .atom("false"), "running": .list([.tuple(.atom("shop"), .binary([49]))]),
            "loaded": .emptyList,
        ]),
        Self.map([
            "supervised": .integer(1),
            "applications": .list([
                .tuple(.atom("shop"), Self.process, .atom("supervisor"), .atom("false"), .integer(0))
            ]),
            "modules": .list([
                .tuple(
                    .atom("cart"), .integer(1), .integer(2), .integer(0),
                    .list([.tuple(Self.process, .integer(2)), .tuple(.atom("undefined"), .integer(2))]))
            ]), "oddities": .emptyList, "oddity_count": .integer(0),
            "unasked": .list([.tuple(.atom("busy"), .atom("undefined"))]), "unasked_count": .integer(1),
        ]),
    ]

    private static var process: Term {
        .tuple(
            Self.pid, .atom("cart"), .tuple(.atom("cart"), .atom("init"), .integer(1)), .atom("undefined"),
            .atom("shop"))
    }

    private static func map(_ fields: [String: Term]) -> Term {
        .map(TermMap(fields.map { (key: .atom($0.key), value: $0.value) }))
    }

    private static func read(_ term: Term) -> Bool {
        let answer = AgentAnswer(term: term, place: "answer")
        let facts = (try? NodeFacts(answer)) != nil
        let tree = (try? SupervisionTree(answer)) != nil
        return facts || tree
    }

    @Test func wholeAnswersAreRead() throws {
        let facts = try NodeFacts(AgentAnswer(term: Self.answers[0], place: "facts"))
        #expect(facts.running == ["shop": "1"] && facts.hasHeart)
        let tree = try SupervisionTree(AgentAnswer(term: Self.answers[1], place: "tree"))
        #expect(tree["cart"]?.busiest.map(\.queue) == [2])
        #expect(tree.tops.first?.process?.title == "`cart`")
    }

    @Test func whatIsMissingOrElseIsRefused() {
        let others: [Term] = [
            .emptyList, .integer(-1), .atom("no"), .tuple(.atom("error"), .atom("x")), .binary([0xff]), Self.pid,
            .improperElements,
        ]
        for whole in Self.answers {
            guard case .map(let map) = whole else { continue }
            for (index, pair) in map.pairs.enumerated() {
                var pairs = map.pairs.map { (key: $0.key, value: $0.value) }
                pairs.remove(at: index)
                #expect(!Self.read(.map(TermMap(pairs))), "without \(pair.key)")
                for other in others {
                    // An empty list may stand for a list: nothing traps is what counts.
                    _ = Self.read(.map(TermMap(pairs + [(key: pair.key, value: other)])))
                }
            }
        }
        for other in others { #expect(!Self.read(other)) }
    }

    @Test func limitsAndTextsAreKept() throws {
        let long = AgentAnswer(term: .list(Array(repeating: .atom("a"), count: 3)), place: "x")
        #expect(throws: AgentAnswer.Unreadable(place: "x", wanted: "a list of at most 2 elements")) {
            try long.atoms(atMost: 2)
        }
        let text = AgentAnswer(term: .binary(Array("a\u{1b}[31mb\n".utf8) + [0xff]), place: "x")
        #expect(try text.text() == "a [31mb \u{fffd}")
    }
}

extension Term {
    fileprivate static var improperElements: Term { .list([.atom("a")], tail: .atom("b")) }
}
