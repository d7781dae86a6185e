package import ErlangTerms
package import ReleaseModel
package import UpgradePlanning

/// What a script does to a node of the one release, step by step, as `release_handler_1` evaluates it, but without a node.
///
/// A run has no opinion: it says which code is there at each step, who is suspended and what is called. The rules ask.
/// Everything is kept as changes by step, so that a long script costs no more than its instructions.
package struct ScriptRun: Sendable {
    package let mode: UpgradeMode
    /// The release that runs before.
    package let source: Hop.Side
    /// The release that the script leads to.
    package let target: Hop.Side
    package let steps: [Step]
    /// For each module the steps that exchange its code, in their order.
    package let exchanges: [Atom: [Exchange]]
    /// For each module the steps between which its processes are suspended; the end is nil where nothing resumes them.
    package let suspensions: [Atom: [Span]]
    /// The same between `stop` and `start`.
    package let stops: [Atom: [Span]]
    package let conversions: [Conversion]
    package let calls: [Call]
    /// Object code that is read into memory, in the order of the script.
    package let objectCode: [ObjectCode]
    /// The step of `point_of_no_return`; nil where there is none.
    package let pointOfNoReturn: Int?
    /// The step that restarts the runtime system, if one does.
    package let restart: Int?

    /// One step as it is written, and as it is read.
    package struct Step: Sendable {
        package let planned: PlannedStep
        package let instruction: RelupInstruction
    }

    /// A step that changes which code of a module is there.
    package struct Exchange: Hashable, Sendable {
        package let step: Int
        package let result: Result
        package let purge: PurgePair

        package enum Result: Hashable, Sendable {
            /// Code of the target release.
            case target
            /// Code that was read from another application or version than the target's; what it is is not known.
            case other(application: Atom, version: Term)
            /// Nothing was read that could be loaded.
            case nothingRead
            case removed
        }
    }

    /// From one step to another.
    package struct Span: Hashable, Sendable {
        package let start: Int
        package var end: Int?
        /// What `suspend` waits for one process; nil where it is not written, and for `stop`.
        package let timeout: SuspendTimeout?

        package func contains(_ step: Int) -> Bool { self.start <= step && step <= self.end ?? Int.max }
    }

    /// A `code_change` of one module.
    package struct Conversion: Hashable, Sendable {
        package let step: Int
        package let module: Atom
        package let mode: UpgradeMode
    }

    /// An `apply`.
    package struct Call: Hashable, Sendable {
        package let step: Int
        package let call: LowLevelInstruction.FunctionCall
    }

    /// A module that `load_object_code` reads.
    package struct ObjectCode: Hashable, Sendable {
        package let step: Int
        package let application: Atom
        package let version: Term
        package let module: Atom
    }

    /// Which code of a module is current.
    package enum CodeState: Hashable, Sendable {
        case absent
        case source(ModuleInRelease)
        case target(ModuleInRelease)
        /// There is some, and nothing is known of it.
        case unknown

        package var module: ModuleInRelease? {
            switch self {
            case .source(let module), .target(let module): module
            case .absent, .unknown: nil
            }
        }

        package var facts: ModuleFacts? { self.module?.facts }
    }

    /// The code of a module right before a step; `steps.count` asks for the end.
    package func code(of module: Atom, before step: Int) -> CodeState {
        if let restart, step > restart, self.restartsIntoTarget {
            return self.target.modules[module].map(CodeState.target) ?? .absent
        }
        let exchange = self.exchanges[module]?.last { $0.step < step && $0.result != .nothingRead }
        switch exchange?.result {
        case .target: return self.target.modules[module].map(CodeState.target) ?? .unknown
        case .other: return .unknown
        case .removed: return .absent
        case .nothingRead, nil: return self.source.modules[module].map(CodeState.source) ?? .absent
        }
    }

    /// Whether the restart leads into the target release at once: only `restart_emulator`, which stands last, does.
    private var restartsIntoTarget: Bool {
        self.restart.map { self.steps[$0].instruction == .known(.restartEmulator) } ?? false
    }

    /// Whether processes of a module are suspended at a step.
    package func isSuspended(_ module: Atom, at step: Int) -> Bool {
        self.suspensions[module]?.contains { $0.contains(step) } ?? false
    }

    /// Whether processes of a module are ended at a step, by `stop`.
    package func isStopped(_ module: Atom, at step: Int) -> Bool {
        self.stops[module]?.contains { $0.contains(step) } ?? false
    }

    /// Whether the runtime system is restarted on the way, so that no state is kept.
    package var restartsEmulator: Bool { self.restart != nil }
}
