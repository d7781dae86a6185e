package import ErlangTerms

/// Why scripts cannot be translated: everything that is wrong at the first stage that found something.
///
/// OTP reports only the first problem; it is the first one here too.
package struct TranslationFailure: Error, Hashable, Sendable {
    /// In the order in which OTP would meet them; never empty.
    package let problems: [TranslationProblem]

    private init(problems: [TranslationProblem]) { self.problems = problems }

    static func throwIfAny(_ problems: [TranslationProblem]) throws(TranslationFailure) {
        if !problems.isEmpty { throw TranslationFailure(problems: problems) }
    }

    /// What OTP answers inside `{error, systools_rc, Reason}`.
    package var otpReason: Term { self.problems.first?.kind.otpReason ?? .emptyList }

    /// Whether OTP raises `badarg` to the caller of `translate_scripts` where it otherwise returns an error.
    package var raisesInOTP: Bool {
        if case .nestedImproperList? = self.problems.first?.kind { true } else { false }
    }
}

/// One thing that is wrong with the scripts of a translation.
package struct TranslationProblem: Hashable, Sendable {
    package let kind: Kind
    /// The instruction that is wrong, as it was written.
    package let place: WrittenInstruction?
    /// Other instructions that have to do with it, such as the first of two for one module.
    package let related: [WrittenInstruction]

    /// An instruction as it stands in a script, with the script's origin.
    package struct WrittenInstruction: Hashable, Sendable {
        package let script: UpgradeScript
        package let index: Int

        package var instruction: Term { self.script.instructions[self.index] }
    }

    init(
        _ kind: Kind, _ source: InstructionSource?, _ scripts: [UpgradeScript], related: [InstructionSource] = []
    ) {
        func written(_ source: InstructionSource) -> WrittenInstruction {
            WrittenInstruction(script: scripts[source.script], index: source.index)
        }
        self.kind = kind
        self.place = source.map(written)
        self.related = related.map(written)
    }

    /// An operand of an instruction that was expected and not found, by the name of OTP's reason.
    package enum Operand: String, Hashable, Sendable, CaseIterable {
        case module = "bad_module"
        case change = "bad_change"
        case moduleKind = "bad_mod_type"
        case purgeMethod = "bad_purge_method"
        case list = "bad_list"
        case argumentList = "bad_args_list"
        case node = "bad_node"
        case application = "bad_application"
        case startType = "bad_start_type"
        case function = "bad_func"
        case library = "bad_lib"
        case libraryVersion = "bad_lib_vsn"
        case timeout = "bad_timeout"
        case mode = "bad_mode"
        case codeChange = "bad_code_change"
    }

    /// What is wrong, with what OTP says about it. Instructions are in their full form.
    package enum Kind: Error, Hashable, Sendable {
        case badInstruction(Term)
        case notImplemented(Term)
        case badOperand(Operand, Term)
        /// A list that ends in something else than `[]`; OTP crashes on it.
        case improperList(Term)
        /// Such a list in the place of an instruction; OTP crashes on it outside of its own error handling.
        case nestedImproperList(Term)
        case tooManyPointsOfNoReturn
        case operationBeforePointOfNoReturn(Term)
        /// A module is loaded by a low-level `load`, and no `load_object_code` names it.
        case noObjectCode(Atom)
        case suspendedNotResumed([Atom])
        case resumedNotSuspended([Atom])
        case startedNotStopped([Atom])
        case stoppedNotStarted([Atom])
        /// An application instruction names an application that its release does not have.
        case noSuchApplication(Atom)
        /// `remove_application` for an application that the target release has.
        case removedApplicationPresent(Atom)
        /// Two instructions for one module.
        case multiplyDefinedModule(Atom)
        /// A dependency for which there is no instruction.
        case undefinedModule(Atom)
        /// A module that no application of the target release lists.
        case noSuchModule(Atom)
        /// Object code of two versions of one application.
        case conflictingVersions(Atom, Term, Term)
    }
}

extension TranslationProblem.Kind {
    /// OTP's reason. Where OTP crashes, the class of the crash with an empty stack.
    package var otpReason: Term {
        switch self {
        case .badInstruction(let term): .tuple(.atom("bad_instruction"), term)
        case .notImplemented(let term): .tuple(.atom("not_yet_implemented"), term)
        case .badOperand(let operand, let term): .tuple(.atom(operand.rawValue), term)
        case .improperList: .tuple(.atom("function_clause"), .emptyList)
        case .nestedImproperList: .tuple(.atom("badarg"), .emptyList)
        case .tooManyPointsOfNoReturn: .atom("too_many_point_of_no_return")
        case .operationBeforePointOfNoReturn(let term): .tuple(.atom("bad_op_before_point_of_no_return"), term)
        case .noObjectCode(let module): .tuple(.atom("no_object_code"), .atom(module))
        case .suspendedNotResumed(let modules): Self.reason("suspended_not_resumed", modules)
        case .resumedNotSuspended(let modules): Self.reason("resumed_not_suspended", modules)
        case .startedNotStopped(let modules): Self.reason("start_not_stop", modules)
        case .stoppedNotStarted(let modules): Self.reason("stop_not_start", modules)
        case .noSuchApplication(let application): .tuple(.atom("no_such_application"), .atom(application))
        case .removedApplicationPresent(let application):
            .tuple(.atom("removed_application_present"), .atom(application))
        case .multiplyDefinedModule(let module): .tuple(.atom("muldef_module"), .atom(module))
        case .undefinedModule(let module): .tuple(.atom("undef_module"), .atom(module))
        case .noSuchModule(let module): .tuple(.atom("no_such_module"), .atom(module))
        case .conflictingVersions(let application, let first, let other):
            .tuple(.atom("conflicting_versions"), .atom(application), first, other)
        }
    }

    private static func reason(_ name: String, _ modules: [Atom]) -> Term {
        .tuple(.atom(name), .list(modules.map(Term.atom)))
    }
}
