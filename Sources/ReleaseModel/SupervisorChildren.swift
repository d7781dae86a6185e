package import ErlangTerms

/// A term that was read without running code, or why it could not be read.
package enum StaticTerm: Hashable, Sendable {
    case known(Term)
    /// The reason is a phrase: "variable `X`", "a call of `m:f/0`".
    case unknown(String)

    /// The term, if it is known.
    package var term: Term? { if case .known(let term) = self { term } else { nil } }

    /// Whether both are known and differ.
    package func certainlyDiffers(from other: StaticTerm) -> Bool {
        if let left = self.term, let right = other.term { left != right } else { false }
    }

    /// The one term that all are.
    package static func merged(_ terms: [StaticTerm]) -> StaticTerm {
        guard let first = terms.first else { return .unknown("no result that is known") }
        return terms.allSatisfy { $0 == first }
            ? first : terms.first { $0.term == nil } ?? .unknown("several possible values")
    }
}

/// What the `init/1` of a supervisor can return, as far as it can be told without running it (`supervisor`, "Supervision
/// Principles").
package struct SupervisorChildren: Hashable, Sendable {
    /// `one_for_one`, `one_for_all`, `rest_for_one` or `simple_one_for_one`.
    package var strategy: StaticTerm
    package var intensity: StaticTerm
    package var period: StaticTerm
    /// In the order of starting; no identifier twice.
    package var children: [ChildSpecification]
    /// Why there may be more children than these, or other ones; empty when these are all.
    package var gaps: [String]
    /// The name it registers with: an atom for `{local,Name}`, else `{global,Name}` or `{via,Module,Name}`.
    package var registeredName: StaticTerm
    /// What its `init/1` calls that cannot be done a second time while its process lives: a table, a listening socket.
    package var unrepeatableCalls: [ModuleFacts.ImportedFunction] = []
    /// The functions of its module that `init/1` can come to; nil where that is not certain, or where it comes to functions of
    /// other modules that may be other ones in another version.
    package var initReach: Set<ModuleFacts.FunctionName>?
    /// Whether these are the children that `start/2` of an Elixir application hands to `Supervisor.start_link/2`: there is no
    /// `init/1` in a module of its own that could run again.
    package var isOfStart = false
    /// The modules of other applications whose `child_spec/1` makes further children, of which nothing else is known.
    package var foreign: [Atom] = []

    package init(
        strategy: StaticTerm, intensity: StaticTerm, period: StaticTerm, children: [ChildSpecification],
        gaps: [String] = [], registeredName: StaticTerm
    ) {
        self.strategy = strategy
        self.intensity = intensity
        self.period = period
        self.children = children
        self.gaps = gaps
        self.registeredName = registeredName
    }

    /// Nothing is known, for this reason.
    package init(unreadable reason: String) {
        self.init(
            strategy: .unknown(reason), intensity: .unknown(reason), period: .unknown(reason), children: [],
            gaps: [reason], registeredName: .unknown(reason))
    }

    /// Whether ``children`` are all there can be.
    package var isComplete: Bool { self.gaps.isEmpty && self.foreign.isEmpty }

    /// Whether nothing about it depends on anything but the code: every value is known.
    package var isConstant: Bool {
        self.isComplete
            && ([self.strategy, self.intensity, self.period]
                + self.children.flatMap { child in
                    [
                        child.start.module, child.start.function, child.start.arguments, child.restart, child.shutdown,
                        child.type, child.modules, child.significant,
                    ]
                }).allSatisfy { $0.term != nil }
            && self.children.allSatisfy { !$0.isConditional }
    }

    package var isSimpleOneForOne: Bool { self.strategy == .known(.atom("simple_one_for_one")) }

    package func child(_ id: Term) -> ChildSpecification? { self.children.first { $0.id == id } }
}

/// One child of a supervisor, with OTP's defaults filled in.
package struct ChildSpecification: Hashable, Sendable {
    package var id: Term
    /// Whether it is there in some of the results of `init/1` only.
    package var isConditional: Bool
    /// `{Module,Function,Arguments}`.
    package var start: Start
    package var restart: StaticTerm
    package var shutdown: StaticTerm
    package var type: StaticTerm
    package var modules: StaticTerm
    package var significant: StaticTerm
    /// Where an Elixir module makes the specification; nil where all of it is here.
    package var origin: Origin?

    /// `{Module,Argument}` or `Module` in Elixir: what `Module.child_spec(Argument)` returns. Until that is looked up
    /// (``ChildTemplate``) the identifier is this term itself, if none is given.
    package struct Origin: Hashable, Sendable {
        package var module: Atom
        package var argument: StaticTerm
        /// The keys whose values are here, put over those of the module.
        package var given: Set<Atom>

        package init(module: Atom, argument: StaticTerm, given: Set<Atom>) {
            self.module = module
            self.argument = argument
            self.given = given
        }
    }

    package struct Start: Hashable, Sendable {
        package var module: StaticTerm
        package var function: StaticTerm
        package var arguments: StaticTerm

        package init(module: StaticTerm, function: StaticTerm, arguments: StaticTerm) {
            self.module = module
            self.function = function
            self.arguments = arguments
        }
    }

    package init(
        id: Term, isConditional: Bool = false, start: Start, restart: StaticTerm, shutdown: StaticTerm,
        type: StaticTerm, modules: StaticTerm, significant: StaticTerm
    ) {
        self.id = id
        self.isConditional = isConditional
        self.start = start
        self.restart = restart
        self.shutdown = shutdown
        self.type = type
        self.modules = modules
        self.significant = significant
    }
}

extension [ChildSpecification] {
    /// Adds a child; of one that is there already, what differs is not known.
    package mutating func insert(_ new: ChildSpecification) {
        guard let index = self.firstIndex(where: { $0.id == new.id }) else {
            self.append(new)
            return
        }
        let old = self[index]
        var merged = ChildSpecification(
            id: old.id, isConditional: old.isConditional && new.isConditional,
            start: ChildSpecification.Start(
                module: .merged([old.start.module, new.start.module]),
                function: .merged([old.start.function, new.start.function]),
                arguments: .merged([old.start.arguments, new.start.arguments])),
            restart: .merged([old.restart, new.restart]), shutdown: .merged([old.shutdown, new.shutdown]),
            type: .merged([old.type, new.type]), modules: .merged([old.modules, new.modules]),
            significant: .merged([old.significant, new.significant]))
        merged.origin = old.origin
        self[index] = merged
    }
}
