package import Diagnostics
import ErlangTerms

extension CallError: CustomStringConvertible {
    /// What is wrong, in one clause: lower case, no period, values in backticks.
    package var description: String {
        let node = "node `\(self.node)`"
        return switch self.code {
        case .thrown(let term): "\(self.call) on \(node) threw \(Self.shown(term))"
        case .exited(let reason): "\(self.call) on \(node) exited with \(Self.shown(reason))"
        case .raised where self.isUndefined: "\(node) has no function \(self.call)"
        case .raised(let reason, _): "\(self.call) on \(node) failed with the error \(Self.shown(reason))"
        case .ended(let reason): "the process that ran \(self.call) on \(node) ended with \(Self.shown(reason))"
        case .badRPC(let reason): "\(self.call) on \(node) failed: `rpc` says \(Self.shown(reason))"
        case .serverDown(let reason): "\(node) has no server `rex` to run \(self.call) (\(Self.shown(reason)))"
        case .notSpawned(let reason): "\(node) could not start a process for \(self.call): `\(reason)`"
        case .noAnswer(let time): "\(self.call) on \(node) did not answer within \(Self.shown(time))"
        case .cancelled: "waiting for \(self.call) on \(node) was cancelled"
        case .unreadableAnswer(let error): "the answer of \(self.call) on \(node) cannot be read: \(error)"
        case .requestTooLarge(let bytes, let limit):
            "the arguments of \(self.call) take \(bytes) bytes; at most \(limit) can be sent to \(node)"
        case .noConnection(let error): "no answer of \(self.call): \(error)"
        }
    }

    /// What else is known: where an error was raised.
    package var notes: [String] {
        switch self.code {
        case .raised(_, let stack): Self.frames(of: stack)
        case .noConnection: ["whether the function ran, and how far, is not known"]
        case .noAnswer: ["the function may still be running"]
        case .thrown, .exited, .ended, .badRPC, .serverDown, .notSpawned, .cancelled, .unreadableAnswer,
            .requestTooLarge:
            []
        }
    }

    package var help: [String] {
        switch self.code {
        case .noConnection(let error): error.help
        case .noAnswer: ["look at the node's load and log before trying again, or give it more time"]
        case .notSpawned: ["the node may be at its limit of processes; see `erlang:system_info(process_limit)`"]
        case .unreadableAnswer, .requestTooLarge: ["ask for less at once"]
        case .raised, .thrown, .exited, .ended, .badRPC, .serverDown: ["the node's log may say more"]
        case .cancelled: []
        }
    }

    /// The stable name of this kind of failure.
    package var id: Diagnostic.ID {
        switch self.code {
        case .raised where self.isUndefined: Self.undefinedFunction
        case .thrown, .exited, .raised, .ended, .badRPC: Self.callFailed
        case .serverDown, .notSpawned: Self.callNotStarted
        case .noAnswer: Self.callTimedOut
        case .cancelled: Self.callCancelled
        case .unreadableAnswer: Self.unreadableAnswer
        case .requestTooLarge: Self.requestTooLarge
        case .noConnection(let error): error.id
        }
    }

    /// The failure as a finding.
    package var diagnostic: Diagnostic {
        Diagnostic(
            self.id, .error, self.description, notes: self.notes.map { Diagnostic.Note($0) }, help: self.help,
            module: self.module.name)
    }

    package static let callFailed = Diagnostic.ID("node/call-failed")
    package static let undefinedFunction = Diagnostic.ID("node/undefined-function")
    package static let callNotStarted = Diagnostic.ID("node/call-not-started")
    package static let callTimedOut = Diagnostic.ID("node/call-timed-out")
    package static let callCancelled = Diagnostic.ID("node/call-cancelled")
    package static let unreadableAnswer = Diagnostic.ID("node/unreadable-answer")
    package static let requestTooLarge = Diagnostic.ID("node/request-too-large")

    /// Every finding that a failed call can be, those of ``NodeError/ids`` left out.
    package static let ids: [Diagnostic.ID] = [
        Self.callFailed, Self.undefinedFunction, Self.callNotStarted, Self.callTimedOut, Self.callCancelled,
        Self.unreadableAnswer, Self.requestTooLarge,
    ]

    private var call: String { "`\(self.module):\(self.function)/\(self.arity)`" }

    /// Whether the very function that was called does not exist, rather than one that it called.
    private var isUndefined: Bool {
        guard case .raised(.atom("undef"), let stack) = self.code, let top = stack.listElements?.first?.tupleElements,
            top.count >= 3
        else { return false }
        let arity = top[2].integerValue ?? top[2].listElements?.count
        return top[0].isAtom(self.module) && top[1].isAtom(self.function) && arity == self.arity
    }

    private static func shown(_ term: Term) -> String { "`\(AbbreviatedTerm.text(term))`" }

    private static func shown(_ time: Duration) -> String {
        let (seconds, attoseconds) = time.components
        let milliseconds = attoseconds / 1_000_000_000_000_000
        if seconds == 0 { return "\(milliseconds) ms" }
        return milliseconds == 0 ? "\(seconds) s" : "\(seconds) s \(milliseconds) ms"
    }

    /// The innermost calls of a stack trace (`[{Module, Function, ArityOrArguments, [{file, _}, {line, _}]}]`).
    private static func frames(of stack: Term) -> [String] {
        (stack.listElements ?? []).prefix(8).compactMap { frame in
            guard let elements = frame.tupleElements, elements.count >= 3, let module = elements[0].atomValue,
                let function = elements[1].atomValue,
                let arity = elements[2].integerValue ?? elements[2].listElements?.count
            else { return nil }
            var place: [Atom: Term] = [:]
            for property in elements.last?.listElements ?? [] {
                if let pair = property.tupleElements, pair.count == 2, let key = pair[0].atomValue {
                    place[key] = pair[1]
                }
            }
            let call = "in `\(module):\(function)/\(arity)`"
            guard let file = place["file"]?.stringValue, let line = place["line"]?.integerValue else { return call }
            return "\(call) (\(file), line \(line))"
        }
    }
}
