package import ErlangTerms

/// The states that processes of a module can have, as far as its code tells, and what its `code_change` does with them.
package struct StateShapes: Hashable, Sendable {
    /// What the processes are.
    package enum Behaviour: String, Hashable, Sendable {
        case server = "gen_server"
        case machine = "gen_statem"
        case handler = "gen_event"
        case oldMachine = "gen_fsm"

        /// Of `code_change`.
        package var conversionArity: Int {
            switch self {
            case .server, .handler: 3
            case .machine, .oldMachine: 4
            }
        }
    }

    package struct Tag: Hashable, Sendable {
        package var name: Atom
        package var arity: Int

        package init(name: Atom, arity: Int) {
            self.name = name
            self.arity = arity
        }
    }

    package var behaviour: Behaviour
    /// What was found, in the order of the code; of a state machine the data without the state's name.
    package var shapes: [StateShape]
    /// Why there may be other shapes, as phrases; empty where these are all.
    package var gaps: [String]
    /// Tagged tuples that the code tells apart from others outside of `code_change`.
    package var knownTags: Set<Tag>
    /// The keys that the code asks maps for outside of `code_change`.
    package var neededKeys: Set<Term>
    /// What `code_change` does, one entry for each way through it, in the order of the code; nil where that is not clear.
    /// Empty where it is not exported.
    package var conversions: [StateConversion]?
    /// Of a `gen_statem` the names of its states; nil where they are not known.
    package var names: StateNames?

    package init(
        behaviour: Behaviour, shapes: [StateShape], gaps: [String] = [], knownTags: Set<Tag> = [],
        neededKeys: Set<Term> = [], conversions: [StateConversion]? = []
    ) {
        self.behaviour = behaviour
        self.shapes = shapes
        self.gaps = gaps
        self.knownTags = knownTags
        self.neededKeys = neededKeys
        self.conversions = conversions
    }
}

/// One way through a `code_change`.
package struct StateConversion: Hashable, Sendable {
    /// The first argument.
    package enum Version: Hashable, Sendable {
        /// `{down,Version}`: only the way back.
        case down
        /// Anything but `{down,Version}`.
        case notDown
        case any
    }

    package enum Result: Hashable, Sendable {
        /// The state as it came in.
        case same
        case shape(StateShape)
        /// Something that is not known, or a change of what came in.
        case unknown
        /// No `{ok,State}`.
        case refused
    }

    package var version: Version
    package var takes: StatePattern
    package var gives: Result

    package init(version: Version, takes: StatePattern, gives: Result) {
        self.version = version
        self.takes = takes
        self.gives = gives
    }
}

/// What a state must be like to be taken.
package struct StatePattern: Hashable, Sendable {
    package var kind: StateShape.Kind?
    package var otherKinds: Set<StateShape.Kind>
    package var arity: Int?
    package var otherArities: Set<Int>
    package var tag: Atom?
    package var otherTags: Set<StateShapes.Tag>
    package var keys: Set<Term>

    package init(
        kind: StateShape.Kind? = nil, otherKinds: Set<StateShape.Kind> = [], arity: Int? = nil,
        otherArities: Set<Int> = [], tag: Atom? = nil, otherTags: Set<StateShapes.Tag> = [], keys: Set<Term> = []
    ) {
        self.kind = kind
        self.otherKinds = otherKinds
        self.arity = arity
        self.otherArities = otherArities
        self.tag = tag
        self.otherTags = otherTags
        self.keys = keys
    }

    /// Whether it can take a state of this shape.
    package func canTake(_ shape: StateShape) -> Bool {
        if let kind = self.kind, kind != shape.kind { return false }
        if self.otherKinds.contains(shape.kind) { return false }
        if let arity = shape.arity {
            if let wanted = self.arity, wanted != arity { return false }
            if self.otherArities.contains(arity) { return false }
            if let tag = shape.tag {
                if let wanted = self.tag, wanted != tag { return false }
                if self.otherTags.contains(StateShapes.Tag(name: tag, arity: arity)) { return false }
            }
        }
        if let keys = shape.keys, !self.keys.subtracting([.atom("__struct__")]).isSubset(of: keys) { return false }
        return true
    }
}
