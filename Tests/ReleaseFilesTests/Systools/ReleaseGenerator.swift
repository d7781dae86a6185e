import ErlangTerms
import ReleaseFiles

/// A random generator with a seed, so that a case can be made again.
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { self.state = seed }

    /// SplitMix64.
    mutating func next() -> UInt64 {
        self.state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = self.state
        mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        return mixed ^ (mixed >> 31)
    }

    mutating func chance(_ percent: Int) -> Bool { Int.random(in: 0..<100, using: &self) < percent }

    mutating func pick<Element>(_ elements: [Element]) -> Element {
        elements[Int.random(in: 0..<elements.count, using: &self)]
    }
}

/// Makes random releases: valid ones, and ones with every kind of fault that systools looks for.
///
/// Inclusions never go in a circle, because systools does not come back from that.
struct ReleaseGenerator {
    private var random: SeededGenerator
    private let seed: UInt64
    /// How likely a fault is that stops systools early.
    private let faults: Int

    init(seed: UInt64) {
        self.seed = seed
        self.random = SeededGenerator(seed: seed)
        // Two thirds of the cases shall reach the sort.
        self.faults = seed % 3 == 0 ? 8 : 0
    }

    mutating func makeCase() -> SystoolsCase {
        let names = Array(
            ["a", "b", "c", "d", "e", "f", "g", "h", "i"].prefix(Int.random(in: 1...9, using: &self.random)))
        var applications = names.indices.map { self.application(at: $0, of: names) }
        self.include(names, &applications)
        if self.random.chance(40) { for index in applications.indices { self.registerAndLoad(&applications[index]) } }

        var entries = applications.map { self.entry($0) }.shuffled(using: &self.random)
        entries.insert(self.mandatoryEntry("stdlib"), at: Int.random(in: 0...entries.count, using: &self.random))
        entries.insert(self.mandatoryEntry("kernel"), at: Int.random(in: 0...entries.count, using: &self.random))
        if self.random.chance(50) { entries.append(.tuple(.atom("sasl"), .string("1.0"))) }
        if self.faulty() {
            entries.removeAll { $0.tupleElements?.first == .atom(self.random.pick(["kernel", "stdlib"])) }
        }
        if self.random.chance(4) { entries.append(self.random.pick(entries)) }
        if self.faulty() { entries.append(self.random.pick(Self.illegalEntries)) }

        var files: [SystoolsCase.ApplicationFileCase] = []
        for name in ["kernel", "stdlib", "sasl"] {
            files.append(.init(folder: name, name: name, term: Self.library(name).term))
        }
        for application in applications {
            if self.random.chance(5) { files.append(self.file(application, version: "0.9")) }
            if !self.faulty() { files.append(self.file(application, version: application.version)) }
        }
        var test = SystoolsCase(
            name: "case\(self.seed)", release: self.release(entries), files: files)
        self.choose(&test.options, of: test.name)
        return test
    }

    // MARK: - Applications

    private struct Draft {
        var name: String
        var version = "1.0"
        var uses: [String] = ["kernel", "stdlib"]
        var optional: [String] = []
        var includes: [String] = []
        var modules: [String] = []
        var registered: [String] = []
        var others: [Term] = []

        var term: Term {
            func atoms(_ names: [String]) -> Term { .list(names.map { .atom($0) }) }
            var properties: [Term] = [
                .tuple(.atom("description"), .string("")), .tuple(.atom("vsn"), .string(self.version)),
                .tuple(.atom("modules"), atoms(self.modules)), .tuple(.atom("registered"), atoms(self.registered)),
                .tuple(.atom("applications"), atoms(self.uses)),
            ]
            if !self.optional.isEmpty {
                properties.append(.tuple(.atom("optional_applications"), atoms(self.optional)))
            }
            if !self.includes.isEmpty {
                properties.append(.tuple(.atom("included_applications"), atoms(self.includes)))
            }
            return .tuple(.atom("application"), .atom(self.name), .list(properties + self.others))
        }
    }

    private static func library(_ name: String) -> Draft {
        Draft(
            name: name, uses: name == "kernel" ? [] : name == "stdlib" ? ["kernel"] : ["kernel", "stdlib"],
            modules: name == "kernel" ? ["heart", "kernel", "user_sup"] : name == "stdlib" ? ["lists", "zip"] : [])
    }

    private mutating func application(at index: Int, of names: [String]) -> Draft {
        var draft = Draft(name: names[index])
        draft.modules = (0..<Int.random(in: 0...3, using: &self.random)).map { "\(names[index])_m\(9 - $0)" }
        // Mostly forward, so that most releases have no circle.
        let candidates = self.random.chance(85) ? Array(names[(index + 1)...]) : names
        for name in candidates where self.random.chance(30) { draft.uses.append(name) }
        if self.random.chance(3) { draft.uses.append("nowhere") }
        if self.random.chance(3), let used = draft.uses.last { draft.uses.append(used) }
        if self.random.chance(25) {
            draft.optional = draft.uses.filter { _ in self.random.chance(40) }
            if self.random.chance(50) {
                draft.uses.append("absent")
                draft.optional.append("absent")
            }
        }
        draft.uses.shuffle(using: &self.random)
        return draft
    }

    /// Lets applications include later ones, mostly each one once.
    private mutating func include(_ names: [String], _ applications: inout [Draft]) {
        guard self.random.chance(55) else { return }
        var taken: Set<String> = []
        for index in applications.indices {
            for name in names[(index + 1)...] where self.random.chance(20) {
                guard taken.insert(name).inserted || self.random.chance(5) else { continue }
                applications[index].includes.append(name)
                // systools takes an inclusion for a use as well only if it is written; both is legal.
                applications[index].uses.removeAll { $0 == name && !self.random.chance(10) }
            }
            if self.random.chance(2) { applications[index].includes.append("nowhere") }
            applications[index].includes.shuffle(using: &self.random)
        }
    }

    private mutating func registerAndLoad(_ draft: inout Draft) {
        if self.random.chance(30) { draft.registered = ["\(draft.name)_server"] }
        if self.random.chance(4) { draft.registered.append("shared_name") }
        if self.random.chance(4) { draft.modules.append("shared_module") }
        if self.random.chance(2) { draft.modules.append("lists") }
        if self.random.chance(20) { draft.others.append(.tuple(.atom("mod"), .tuple(.atom("m"), .emptyList))) }
        if self.random.chance(20) {
            draft.others.append(.tuple(.atom("env"), .list([.tuple(.atom("k"), .integer(300))])))
        }
        if self.random.chance(20) {
            draft.others.append(.tuple(.atom("start_phases"), .list([.tuple(.atom("go"), .emptyList)])))
        }
        if self.random.chance(20) { draft.others.append(.tuple(.atom("maxT"), .integer(5000))) }
        if self.random.chance(20) { draft.others.append(.tuple(.atom("id"), .string("äΩ"))) }
        if self.random.chance(20) { draft.others.append(.tuple(.atom("runtime_dependencies"), .emptyList)) }
        if self.faults > 0, self.random.chance(6) { draft.others.insert(self.random.pick(Self.badProperties), at: 0) }
    }

    private static let badProperties: [Term] = [
        .tuple(.atom("id"), .atom("x")), .tuple(.atom("id"), .binary([97])), .tuple(.atom("mod"), .atom("m")),
        .tuple(.atom("env"), .list([.atom("x")])), .tuple(.atom("maxP"), .integer(0)),
        .tuple(.atom("start_phases"), .atom("x")), .tuple(.atom("id"), .emptyList, .emptyList),
        .tuple(.atom("included_applications"), .list([.string("x")])), .tuple(.atom("mod"), .emptyList),
        .tuple(.atom("start_phases"), .atom("undefined")), .tuple(.atom("optional_applications"), .atom("x")),
    ]

    private mutating func file(_ draft: Draft, version: String) -> SystoolsCase.ApplicationFileCase {
        var written = draft
        written.version = version
        if self.faulty() { written.name = "other" }
        var term = written.term
        if self.faulty(), case .tuple(let elements) = term, case .list(var properties) = elements[2] {
            switch Int.random(in: 0..<3, using: &self.random) {
            case 0: properties.remove(at: Int.random(in: 0..<properties.count, using: &self.random))
            case 1: properties[0] = .tuple(.atom("description"), .atom("x"))
            default: properties[2] = .tuple(.atom("modules"), .list([.tuple(.atom("m"), .integer(1))]))
            }
            term = .tuple(elements[0], elements[1], .list(properties))
        } else if self.faulty() {
            term = self.random.pick([.atom("nonsense"), .tuple(.atom("application"), .string("a"), .emptyList)])
        }
        return .init(folder: "\(draft.name)-\(version)", name: draft.name, term: term)
    }

    // MARK: - The release

    private mutating func entry(_ draft: Draft) -> Term {
        var elements: [Term] = [.atom(draft.name), .string(draft.version)]
        if self.random.chance(35) {
            elements.append(.atom(self.random.pick(["permanent", "transient", "temporary", "load", "none"])))
        }
        if self.random.chance(15) {
            var included = draft.includes.filter { _ in self.random.chance(60) }
            if self.random.chance(8) { included.append("kernel") }
            elements.append(.list(included.map { .atom($0) }))
        }
        return .tuple(elements)
    }

    private mutating func mandatoryEntry(_ name: String) -> Term {
        self.faulty()
            ? .tuple(.atom(name), .string("1.0"), .atom("temporary")) : .tuple(.atom(name), .string("1.0"))
    }

    private static let illegalEntries: [Term] = [
        .atom("x"), .tuple(.string("x"), .string("1")), .tuple(.atom("x"), .atom("y")),
        .tuple(.atom("x"), .string("1"), .atom("permanant")), .tuple(.atom("x"), .string("1"), .string("y")),
        .tuple(.atom("x"), .binary([49])), .tuple(.atom("x"), .string("1"), .emptyList, .emptyList),
    ]

    private mutating func release(_ entries: [Term]) -> Term {
        var name: Term = .string("t")
        var version: Term = .string("1.0")
        var runtime: Term = .string("13.1.5")
        var list: Term = .list(entries)
        if self.faulty() {
            let bad: Term = self.random.pick([.atom("x"), .list([.string("x")]), .integer(1), .binary([49])])
            switch Int.random(in: 0..<4, using: &self.random) {
            case 0: name = bad
            case 1: version = bad
            case 2: runtime = bad
            default: list = .atom("x")
            }
        }
        return .tuple(.atom("release"), .tuple(name, version), .tuple(.atom("erts"), runtime), list)
    }

    private mutating func choose(_ options: inout SystoolsCase.Options, of name: String) {
        options.loadsDotErlang = !self.random.chance(15)
        options.warnsOfMissingSasl = !self.random.chance(15)
        options.warningsAreErrors = self.random.chance(15)
        switch Int.random(in: 0..<10, using: &self.random) {
        case 0: options.isLocal = true
        case 1: options.isOTPBuild = true
        case 2: options.variables = [.init(name: "LIB", prefix: "\(name)/lib//")]
        case 3: options.variables = [.init(name: "A", prefix: "\(name)/lib/a-1"), .init(name: "C", prefix: "ca")]
        default: break
        }
    }

    private mutating func faulty() -> Bool { self.random.chance(self.faults) }
}
