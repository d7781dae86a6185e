import ErlangTerms
import OrderedCollections
import ReleaseModel

/// Stage 12: says in words why each instruction is there.
struct CauseNarration {
    private let scripts: [UpgradeScript]
    /// For each script what its causes begin with.
    private let prefixes: [String]
    /// For each script and instruction its cause, once it was asked for.
    private var known: [[Cause?]]

    init(_ scripts: [UpgradeScript]) {
        self.scripts = scripts
        self.prefixes = scripts.map { Self.prefix($0.origin) }
        self.known = scripts.map { Array(repeating: nil, count: $0.instructions.count) }
    }

    mutating func plannedStep(_ step: EmittedStep) -> PlannedStep {
        PlannedStep(instruction: step.instruction.term, cause: self.cause(step.reason))
    }

    private mutating func cause(_ reason: EmittedStep.Reason) -> Cause {
        switch reason {
        case .pointOfNoReturn:
            return Cause("up to here nothing of the running system has changed; a failure after it restarts the node")
        case .written(let source, nil):
            return self.cause(source)
        case .written(let source, let move?):
            var cause = self.cause(source)
            cause.because.append(Cause(Self.text(move)))
            return cause
        case .shared(let role, let sources):
            let distinct = OrderedSet(sources)
            if distinct.count == 1 { return self.cause(distinct[0]) }
            return Cause(Self.text(role), because: distinct.map { self.cause($0) })
        }
    }

    private static func text(_ move: DependencyOrder.Move) -> String {
        move.dependsOnNeighbour
            ? "moved next to `\(move.neighbour)`, on which it depends"
            : "moved next to `\(move.neighbour)`, which depends on it"
    }

    private static func text(_ role: EmittedStep.Role) -> String {
        switch role {
        case .objectCode: "all object code is read before anything changes"
        case .suspend: "the processes of modules that change together wait together"
        case .codeChange: "the states of modules that change together are converted together"
        case .resume: "the processes of modules that changed together go on together"
        case .restart: "one restart serves all who ask for it"
        }
    }

    /// Why an instruction of a script is there.
    private mutating func cause(_ source: InstructionSource) -> Cause {
        if let cause = self.known[source.script][source.index] { return cause }
        let script = self.scripts[source.script]
        var cause: Cause
        switch script.origin {
        case .appup, .caller:
            let instruction = TermPrinter.line(script.instructions[source.index])
            cause = Cause("\(self.prefixes[source.script]): `\(instruction)`")
        case .applicationAdded, .applicationRemoved, .runtimeChanged, .restartOption:
            cause = Cause(self.prefixes[source.script])
        }
        if source.index < script.causes.count { cause.because.append(script.causes[source.index]) }
        self.known[source.script][source.index] = cause
        return cause
    }

    private static func prefix(_ origin: UpgradeScript.Origin) -> String {
        switch origin {
        case .appup(let entry) where entry.isOfProject:
            return "the project's `\(entry.file)`, \(entry.from) → \(entry.to)"
        case .appup(let entry):
            let file = entry.file.split(separator: "/").last.map(String.init) ?? entry.file
            return "`\(file)`, \(entry.from) → \(entry.to)"
        case .applicationAdded(let name): return "application `\(name)` is new in the target release"
        case .applicationRemoved(let name): return "application `\(name)` is not in the target release"
        case .runtimeChanged(let from, let to): return "the runtime system changes from \(from) to \(to)"
        case .restartOption: return "option `restart_emulator`"
        case .caller(let number): return "script \(number)"
        }
    }
}
