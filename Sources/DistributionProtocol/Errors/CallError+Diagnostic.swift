package import Diagnostics
import ErlangTerms

extension CallError: CustomStringConvertible {
    private var called: String { "`\(self.module):\(self.function)/\(self.arity)` on `\(self.node)`" }

    /// One sentence without period: what was called where, and what came of it.
    package var description: String {
        switch self.code {
        case .thrown: "\(self.called) threw"
        case .exited: "\(self.called) exited"
        case .raised: "\(self.called) failed with an error"
        case .ended: "the process that ran \(self.called) was ended"
        case .badRPC: "\(self.called) failed"
        case .serverDown: "the server that should have run \(self.called) does not run"
        case .notSpawned(let reason): "the node could not start a process for \(self.called) (\(reason))"
        case .noAnswer(let time): "\(self.called) gave no answer within \(time.components.seconds) s"
        case .cancelled: "\(self.called) was cancelled"
        case .unreadableAnswer: "the answer of \(self.called) cannot be read"
        case .requestTooLarge(let bytes, let limit):
            "the arguments of \(self.called) take \(bytes) bytes, more than the \(limit) that are allowed"
        case .noConnection: "the connection was lost before \(self.called) answered"
        }
    }

    /// What the node said of it, as Erlang text; nil where it said nothing.
    private var reason: Term? {
        switch self.code {
        case .thrown(let reason), .exited(let reason), .ended(let reason), .badRPC(let reason),
            .serverDown(let reason):
            reason
        case .raised(let reason, _): reason
        case .notSpawned, .noAnswer, .cancelled, .unreadableAnswer, .requestTooLarge, .noConnection: nil
        }
    }

    /// The failure as a finding.
    package var diagnostic: Diagnostic {
        var notes = self.reason.map { [Diagnostic.Note("the reason was `\(TermPrinter.line($0))`")] } ?? []
        switch self.code {
        case .noConnection(let error): notes.append(Diagnostic.Note(error.description))
        case .unreadableAnswer(let error): notes.append(Diagnostic.Note(error.description))
        case .thrown, .exited, .raised, .ended, .badRPC, .serverDown, .notSpawned, .noAnswer, .cancelled,
            .requestTooLarge:
            break
        }
        return Diagnostic(
            Diagnostic.ID("node/call-failed"), .error, self.description, notes: notes,
            help: ["the log of the node says more; `relift status` shows what it runs"])
    }
}
