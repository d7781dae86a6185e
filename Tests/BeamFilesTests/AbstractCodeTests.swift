import ErlangTerms
import TestSupport
import Testing

@testable import BeamFiles

/// Abstract code that nobody's parser made: following it ends soon, and never traps.
@Suite struct AbstractCodeTests {
    private static func function(_ name: Atom, _ arity: Int = 0, _ body: Term...) -> Term {
        let arguments = Term.list(Array(repeating: .tuple(.atom("var"), .integer(1), .atom("_")), count: arity))
        let clause = Term.tuple(.atom("clause"), .integer(1), arguments, .emptyList, .list(body))
        return .tuple(.atom("function"), .integer(1), .atom(name), .integer(arity), .list([clause]))
    }

    private static func node(_ kind: Atom, _ parts: Term...) -> Term { .tuple([.atom(kind), .integer(1)] + parts) }

    private static func call(_ name: Atom) -> Term { self.node("call", self.node("atom", .atom(name)), .emptyList) }

    private static func variable(_ name: String) -> Term { self.node("var", .atom(Atom(name))) }

    private static func result(_ forms: [Term]) -> StaticValue {
        InitialResult(AbstractCode(module: "m", forms: forms)).value
    }

    /// What is expected of hostile code: an answer, soon.
    private func expectSoon(_ body: () -> StaticValue, at location: SourceLocation = #_sourceLocation) {
        let clock = ContinuousClock()
        let time = clock.measure { _ = body() }
        #expect(time < .seconds(30), sourceLocation: location)
    }

    @Test func literalsAreKnown() throws {
        let body = try TermText.parseTerm(
            "{tuple,1,[{atom,1,ok},{cons,1,{integer,1,1},{nil,1}},{string,1,\"ab\"},{op,1,'+',{integer,1,1},{char,1,2}}]}"
        )
        #expect(Self.result([Self.function("init", 1, body)]).term == (try TermText.parseTerm("{ok,[1],\"ab\",3}")))
    }

    @Test func recursionEnds() {
        self.expectSoon {
            Self.result([Self.function("init", 1, Self.call("f")), Self.function("f", 0, Self.call("f"))])
        }
    }

    @Test func callsThatDoubleEnd() {
        var forms = [Self.function("init", 1, Self.call("f0"))]
        for level in 0..<60 {
            let next = Self.call(Atom("f\(level + 1)"))
            forms.append(Self.function(Atom("f\(level)"), 0, Self.node("tuple", .list([next, next]))))
        }
        self.expectSoon { Self.result(forms) }
    }

    @Test(arguments: ["tuple", "cons", "++", "case", "=:="])
    func valuesThatDoubleEnd(kind: String) {
        var body: [Term] = [Self.node("match", Self.variable("V0"), Self.node("string", .string("abc")))]
        for level in 0..<400 {
            let part = Self.variable("V\(level)")
            let expression: Term =
                switch kind {
                case "tuple": Self.node("tuple", .list([part, part]))
                case "cons": Self.node("cons", part, Self.node("cons", part, Self.node("nil")))
                case "case":
                    Self.node(
                        "case", self.variableTest,
                        .list(
                            [part, Self.node("tuple", .list([part]))].map {
                                Self.node(
                                    "clause", .list([Self.variable("_")]),
                                    .list([.list([self.variableTest])]), .list([$0]))
                            }))
                default: Self.node("op", .atom(kind), part, part)
                }
            body.append(Self.node("match", Self.variable("V\(level + 1)"), expression))
        }
        let clause = Term.tuple(
            .atom("clause"), .integer(1), .list([Self.variable("_")]), .emptyList, .list(body))
        let form = Term.tuple(.atom("function"), .integer(1), .atom("init"), .integer(1), .list([clause]))
        self.expectSoon { Self.result([form]) }
    }

    private var variableTest: Term { Self.call("unknown") }

    @Test(arguments: ["tuple", "block", "match", "cons"])
    func deepExpressionsEnd(kind: String) {
        var expression = Self.node("nil")
        for _ in 0..<1500 {
            switch kind {
            case "tuple": expression = Self.node("tuple", .list([expression]))
            case "block": expression = Self.node("block", .list([expression]))
            case "match": expression = Self.node("match", Self.node("match", expression, expression), expression)
            default: expression = Self.node("cons", Self.node("atom", .atom("a")), expression)
            }
            if kind == "match", expression.depth > 12 { break }
        }
        let form = Self.function("init", 1, expression)
        self.expectSoon { Self.result([form]) }
        if kind == "cons" { #expect(Self.result([form]).items?.count == 1500) }
    }

    @Test func comprehensionsThatMultiplyEnd() {
        let list = Self.node("string", .string(String(repeating: "x", count: 1000)))
        for count in [3, 8, 5000] {
            let generators = (0..<count).map { Self.node("generate", Self.variable("V\($0)"), list) }
            let form = Self.function("init", 1, Self.node("lc", Self.node("atom", .atom("a")), .list(generators)))
            self.expectSoon { Self.result([form]) }
        }
    }

    // MARK: - Damaged files

    @Test func damagedFilesGiveSomeAnswer() throws {
        let fixture = BeamFixture(version: 25, module: "parcel_counter")
        let bytes = try fixture.bytes()
        let beam = try fixture.beam()
        for name in [ChunkName.code, .exports, .literals] {
            let chunk = try #require(beam.chunk(name))
            for offset in stride(from: chunk.range.lowerBound, to: chunk.range.upperBound, by: 3) {
                var damaged = bytes
                damaged[offset] ^= 0x11
                guard let file = try? BeamFile(parsing: damaged) else { continue }
                guard var evaluator = try? CompiledEvaluator(file) else { continue }
                evaluator.findStarts()
                for function in (try? file.exports) ?? [] {
                    let arguments = Array(repeating: StaticValue(unknown: "it"), count: min(function.arity, 255))
                    _ = evaluator.call(function.name, arguments)
                }
            }
        }
    }

    /// Each third part of real abstract code, one at a time, is replaced by something else.
    @Test(arguments: [Term.atom("x"), .emptyList, .tuple([]), .integer(Int.max), .list([.integer(-1)])])
    func damagedAbstractCodeGivesSomeAnswer(part: Term) throws {
        let beam = try BeamFixture(version: 25, module: "parcel_counter").beam()
        let term = try #require(try beam.debugInformationTerm)
        let forms = try #require(term.tupleElements?[2].tupleElements?[0].listElements)
        for (number, form) in forms.enumerated() where form.tupleElements?[0].isAtom("function") ?? false {
            for place in stride(from: 0, to: form.partCount, by: 3) {
                var left = place
                var damaged = forms
                damaged[number] = form.replacing(&left, by: part)
                // Any function may be asked for.
                let code = AbstractCode(module: "parcel_counter", forms: damaged)
                var evaluator = StaticEvaluator(code)
                for function in code.order {
                    _ = evaluator.call(
                        function.name,
                        Array(repeating: StaticValue(unknown: "a test"), count: max(0, min(function.arity, 9))))
                }
            }
        }
    }
}

extension Term {
    /// How deep the nodes of an expression nest, by their last parts.
    fileprivate var depth: Int { 1 + (self.tupleElements?.last?.depth ?? 0) }

    fileprivate var partCount: Int {
        switch self {
        case .tuple(let parts), .list(let parts): 1 + parts.reduce(0) { $0 + $1.partCount }
        default: 1
        }
    }

    /// Replaces the part of that number, counted from the root on.
    fileprivate func replacing(_ place: inout Int, by other: Term) -> Term {
        if place == 0 {
            place = -1
            return other
        }
        place -= 1
        if place < 0 { return self }
        switch self {
        case .tuple(let parts): return .tuple(parts.map { place < 0 ? $0 : $0.replacing(&place, by: other) })
        case .list(let parts): return .list(parts.map { place < 0 ? $0 : $0.replacing(&place, by: other) })
        default: return self
        }
    }
}
