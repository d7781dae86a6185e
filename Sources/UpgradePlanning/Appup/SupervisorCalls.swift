import ErlangTerms

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

    private static func call(_ function: Atom, _ supervisor: Term, _ id: Term) -> Term {
        .tuple(
            .atom("apply"), .tuple(.atom("supervisor"), .atom(function), .list([supervisor, id])))
    }
}
