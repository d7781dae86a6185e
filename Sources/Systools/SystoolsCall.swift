package import ErlangTerms

/// A call of a function of systools, as it comes over the port: `{Function, Arguments}`.
package struct SystoolsCall: Hashable, Sendable {
    package var function: Function
    package var arguments: [Term]

    /// The functions that are answered.
    package enum Function: String, Hashable, Sendable, CaseIterable {
        case makeScript = "make_script"
        case makeTar = "make_tar"
        case makeRelup = "make_relup"
        case translateScripts = "translate_scripts"
        case makeHybridBoot = "make_hybrid_boot"
    }

    package init(_ function: Function, _ arguments: [Term]) {
        self.function = function
        self.arguments = arguments
    }

    /// Reads a request; what is none is answered as `apply` would answer it.
    package init(_ term: Term) throws(SystoolsException) {
        guard let elements = term.tupleElements, elements.count == 2, let name = elements[0].atomValue,
            let arguments = elements[1].listElements
        else { throw SystoolsException(reason: .tuple(.atom("badarg"), term)) }
        guard let function = Function(rawValue: name.name) else { throw .undefined }
        self.init(function, arguments)
    }
}

/// What OTP raises to its caller instead of an answer.
package struct SystoolsException: Error, Hashable, Sendable {
    package var reason: Term

    /// `{'EXIT', {Reason, Stack}}` with an empty stack, as `catch` shows it.
    package var answer: Term {
        .tuple(.atom("EXIT"), .tuple(self.reason, .emptyList))
    }

    /// No clause of the function fits the arguments.
    static let functionClause = SystoolsException(reason: .atom("function_clause"))
    /// There is no function of that name and number of arguments.
    static let undefined = SystoolsException(reason: .atom("undef"))

    /// Options that the function does not know or that have a wrong value: `{badarg, [Option]}`.
    static func badOptions(_ options: [Term]) -> SystoolsException {
        SystoolsException(reason: .tuple(.atom("badarg"), .list(options)))
    }
}

/// An answer of systools in silent mode.
enum SystoolsAnswer {
    /// `{ok, systools_make, [{warning, W}]}`.
    static func made(_ warnings: [Term]) -> Term {
        .tuple(.atom("ok"), .atom("systools_make"), .list(warnings.map { .tuple(.atom("warning"), $0) }))
    }

    /// `{error, Module, Reason}`.
    static func error(_ module: Atom, _ reason: Term) -> Term {
        .tuple(.atom("error"), .atom(module), reason)
    }
}
