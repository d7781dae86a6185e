import ErlangTerms
import TestSupport

/// Makes boot scripts for hybrid boot files: with three base applications and others under misleading names, and most
/// of them broken in some place.
struct RandomBootScript {
    var generator: SeededGenerator
    /// Nothing is broken.
    let isSound: Bool

    init(seed: UInt64, isSound: Bool = false) {
        self.generator = SeededGenerator(seed: seed)
        self.isSound = isSound
    }

    /// A script that is right in every respect and has these paths.
    static func script(paths: [String]) -> Term {
        var maker = RandomBootScript(seed: 0, isSound: true)
        return maker.script(paths.map { .string($0) })
    }

    static func appending(_ command: Term, _ script: Term) -> Term {
        guard case .tuple(let elements) = script, case .list(let commands) = elements[2] else { return script }
        return .tuple(elements[0], elements[1], .list(commands + [command]))
    }

    mutating func next() -> Term {
        var paths: [Term] = []
        for name in ["kernel", "stdlib", "sasl"] where self.isSound || !self.one(in: 12) {
            paths.append(.string("$ROOT/lib/\(name)-\(self.version())/ebin"))
        }
        let others = [
            "$ROOT/lib/mysasl-7/ebin", "lib/a-1/ebin", "/kernel-5/b-2/ebin", "$ROOT/lib/stdlib/ebin", "sasl-x", "",
            "kernel-.", "xstdlib-0x", "$ROOT/lib/a-1/kernel-", "/\u{e5}\u{1f600}/sasl-2",
        ]
        for other in others where self.one(in: 6) {
            paths.insert(.string(other), at: Int.random(in: 0...paths.count, using: &self.generator))
        }
        if self.breaks(4) { paths.shuffle(using: &self.generator) }
        for index in paths.indices where self.breaks(30) { paths[index] = self.oddPath() }
        return self.script(paths)
    }

    // MARK: - Parts

    private mutating func script(_ paths: [Term]) -> Term {
        var commands: [Term] = [
            .tuple(.atom("preLoaded"), .list([.atom("erlang")])), Self.progress("preloaded"),
            .tuple(.atom("path"), .list(Array(paths.prefix(2)))), .tuple(.atom("kernel_load_completed")),
        ]
        self.add(Self.progress("kernel_load_completed"), to: &commands)
        for path in paths {
            self.add(.tuple(.atom("path"), self.breaks(40) ? .list([path, path]) : .list([path])), to: &commands)
            self.add(.tuple(.atom("primLoad"), .list([.atom("m\(self.version())")])), to: &commands)
        }
        self.add(Self.progress("modules_loaded"), to: &commands)
        let pathList = self.breaks(30) ? Term.list(paths, tail: .atom("end")) : .list(paths)
        self.add(.tuple(.atom("path"), pathList), to: &commands)
        if self.breaks(30) { commands.append(.tuple(.atom("path"), .list([]), .list([]))) }
        for process in ["heart", "logger", "application_controller"] {
            self.add(.tuple(.atom("kernelProcess"), .atom(process), .integer(self.version())), to: &commands)
        }
        self.add(Self.progress("init_kernel_started"), to: &commands)
        var applications = ["stdlib", "sasl", "a", "b"]
        if self.breaks(6) { applications.shuffle(using: &self.generator) }
        if self.breaks(10) { applications.insert("stdlib", at: 0) }
        for name in applications {
            let specification = Term.tuple(.atom("application"), .atom(name), .list([.integer(self.version())]))
            let arguments = self.breaks(60) ? Term.list([specification, specification]) : .list([specification])
            self.add(.tuple(.atom("apply"), .tuple(.atom("application"), .atom("load"), arguments)), to: &commands)
        }
        self.add(Self.progress("applications_loaded"), to: &commands)
        self.add(Self.progress("started"), to: &commands)
        if self.breaks(20) { commands.append(.tuple(.atom("apply"), .atom("x"))) }
        if self.breaks(60) { commands.removeAll() }
        if self.breaks(60) { commands = Array(commands.suffix(Int.random(in: 1...3, using: &self.generator))) }
        let list = self.breaks(25) ? Term.list(commands, tail: .atom("end")) : .list(commands)
        let names = Term.tuple(.string("n"), self.breaks(40) ? .atom("v") : .string("1"))
        return self.breaks(60)
            ? .tuple(.atom("script"), .string("n"), list) : .tuple(.atom("script"), names, list)
    }

    private static func progress(_ what: String) -> Term { .tuple(.atom("progress"), .atom(what)) }

    private mutating func add(_ command: Term, to commands: inout [Term]) {
        if self.breaks(60) { return }
        commands.append(command)
        if self.breaks(80) { commands.append(command) }
    }

    /// Paths that `re:run/3` takes although they are no strings, and ones that it does not take.
    private mutating func oddPath() -> Term {
        let sasl = Term.string("sasl-")
        let odd: [Term] = [
            .atom("sasl-1"), .binary(Array("x/sasl-1/ebin".utf8)), .binary([0xff]), .integer(7), .emptyList,
            .list([sasl, .list([.list([.integer(49)])])]), .list([sasl], tail: .binary([0x31])),
            .list([sasl, .integer(0x31)], tail: .integer(0x31)), .list([.integer(0xd800)]), .list([.integer(-1)]),
            .list([.integer(0x110000)]), .list([.binary([0xc3]), .binary([0xa9]), sasl, .binary([0x2e])]),
            .list([.binary([0xc3]), sasl]), .bitString([0x80], bitsInLastByte: 3), .tuple([]),
            .list([.integer(0xfffe), .string("kernel-1")]),
        ]
        return odd[Int.random(in: 0..<odd.count, using: &self.generator)]
    }

    private mutating func version() -> Int { Int.random(in: 0...9, using: &self.generator) }

    private mutating func one(in count: Int) -> Bool { Int.random(in: 0..<count, using: &self.generator) == 0 }

    private mutating func breaks(_ count: Int) -> Bool { !self.isSound && self.one(in: count) }
}
