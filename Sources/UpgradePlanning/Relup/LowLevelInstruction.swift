package import ErlangTerms

/// An instruction that may stand in a relup (`appup(4)`, low-level instructions); `release_handler` evaluates these.
package enum LowLevelInstruction: Hashable, Sendable {
    case loadObjectCode(ObjectCode)
    case pointOfNoReturn
    case load(ModuleExchange)
    case remove(ModuleExchange)
    case purge([Atom])
    case suspend([SuspendedModule])
    case resume([Atom])
    /// The mode is nil where it was not written, which means up.
    case codeChange(UpgradeMode?, [ConvertedModule])
    case stop([Atom])
    case start([Atom])
    case synchronizeNodes(id: Term, SynchronizedNodes)
    case apply(FunctionCall)
    case restartNewEmulator
    case restartEmulator
    /// Older releases' names of restarts: they pass the translation, and `release_handler` refuses them.
    case reboot
    case restart

    /// The modules of an application that are read into memory before anything changes.
    package struct ObjectCode: Hashable, Sendable {
        package var application: Atom
        /// The version, a list of any content: OTP checks no more.
        package var version: Term
        package var modules: [Atom]
    }

    package struct ModuleExchange: Hashable, Sendable {
        package var module: Atom
        package var purge: PurgePair
    }

    package struct SuspendedModule: Hashable, Sendable {
        package var module: Atom
        /// Nil where none is written.
        package var timeout: SuspendTimeout?
    }

    package struct ConvertedModule: Hashable, Sendable {
        package var module: Atom
        package var extra: Term
    }

    package enum SynchronizedNodes: Hashable, Sendable {
        case nodes([Atom])
        /// A call that returns the nodes.
        case call(FunctionCall)
    }

    package struct FunctionCall: Hashable, Sendable {
        package var module: Atom
        package var function: Atom
        /// A list, proper or not: OTP checks no more.
        package var arguments: Term

        package var term: Term { .tuple(.atom(self.module), .atom(self.function), self.arguments) }
    }
}

extension LowLevelInstruction {
    /// The instruction as it stands in a relup.
    var term: Term {
        switch self {
        case .loadObjectCode(let code):
            .tuple(
                .atom("load_object_code"),
                .tuple(.atom(code.application), code.version, .list(code.modules.map(Term.atom))))
        case .pointOfNoReturn: .atom("point_of_no_return")
        case .load(let exchange): .tuple(.atom("load"), exchange.term)
        case .remove(let exchange): .tuple(.atom("remove"), exchange.term)
        case .purge(let modules): .tuple(.atom("purge"), .list(modules.map(Term.atom)))
        case .suspend(let modules): .tuple(.atom("suspend"), .list(modules.map(\.term)))
        case .resume(let modules): .tuple(.atom("resume"), .list(modules.map(Term.atom)))
        case .codeChange(nil, let modules): .tuple(.atom("code_change"), .list(modules.map(\.term)))
        case .codeChange(let mode?, let modules):
            .tuple(.atom("code_change"), .atom(mode.atom), .list(modules.map(\.term)))
        case .stop(let modules): .tuple(.atom("stop"), .list(modules.map(Term.atom)))
        case .start(let modules): .tuple(.atom("start"), .list(modules.map(Term.atom)))
        case .synchronizeNodes(let id, .nodes(let nodes)):
            .tuple(.atom("sync_nodes"), id, .list(nodes.map(Term.atom)))
        case .synchronizeNodes(let id, .call(let call)): .tuple(.atom("sync_nodes"), id, call.term)
        case .apply(let call): .tuple(.atom("apply"), call.term)
        case .restartNewEmulator: .atom("restart_new_emulator")
        case .restartEmulator: .atom("restart_emulator")
        case .reboot: .atom("reboot")
        case .restart: .atom("restart")
        }
    }

    /// A call of the `application` module, as added, removed and restarted applications need it.
    static func application(_ function: Atom, _ arguments: Term...) -> LowLevelInstruction {
        .apply(FunctionCall(module: "application", function: function, arguments: .list(arguments)))
    }
}

extension LowLevelInstruction.ModuleExchange {
    var term: Term {
        .tuple(.atom(self.module), .atom(self.purge.before.atom), .atom(self.purge.after.atom))
    }
}

extension LowLevelInstruction.SuspendedModule {
    var term: Term {
        guard let timeout = self.timeout else { return .atom(self.module) }
        return .tuple(.atom(self.module), timeout.term)
    }
}

extension LowLevelInstruction.ConvertedModule {
    var term: Term { .tuple(.atom(self.module), self.extra) }
}
