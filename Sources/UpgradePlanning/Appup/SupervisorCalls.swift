import ErlangTerms
import ReleaseModel

/// The instructions that call a supervisor. `apply` discards what a function returns, so that a child that does not
/// start, or one that is not there, goes unnoticed; a supervisor that does not run makes it fail, and the upgrade with it.
enum SupervisorCalls {
    /// Starts a child whose specification is there; does nothing to one that runs.
    static func start(_ id: Term, of supervisor: Term) -> [Term] { [self.call("restart_child", supervisor, id)] }

    /// Ends a child and forgets its specification.
    static func end(_ id: Term, of supervisor: Term) -> [Term] {
        [self.call("terminate_child", supervisor, id), self.call("delete_child", supervisor, id)]
    }

    /// Ends a child and starts it as its present specification says.
    static func restart(_ id: Term, of supervisor: Term) -> [Term] {
        [self.call("terminate_child", supervisor, id), self.call("restart_child", supervisor, id)]
    }

    /// Starts a child of which the supervisor knows nothing. What is not known of it is `ARGUMENTS`.
    static func startNew(_ child: ChildSpecification, of supervisor: Term) -> Term {
        let blank = Term.atom("ARGUMENTS")
        let start = [child.start.module, child.start.function, child.start.arguments].map { $0.term ?? blank }
        var pairs: [(key: Term, value: Term)] = [(.atom("id"), child.id), (.atom("start"), .tuple(start))]
        for (key, value) in [("restart", child.restart), ("shutdown", child.shutdown), ("type", child.type)] {
            if let term = value.term { pairs.append((.atom(Atom(key)), term)) }
        }
        return self.call("start_child", supervisor, .map(TermMap(pairs)))
    }

    /// An instruction to paste; blanks are shown without the quotes that such an atom needs.
    static func line(_ instruction: Term) -> String {
        var text = "    " + TermPrinter.line(instruction)
        for blank in ["SUPERVISOR", "CHILD", "ARGUMENTS"] { text = text.replacing("'\(blank)'", with: blank) }
        return text
    }

    private static func call(_ function: Atom, _ supervisor: Term, _ id: Term) -> Term {
        .tuple(
            .atom("apply"), .tuple(.atom("supervisor"), .atom(function), .list([supervisor, id])))
    }
}
