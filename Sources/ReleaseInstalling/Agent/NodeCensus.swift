package import ErlangTerms

/// What a node was found to be before an upgrade: all that ``Preflight`` judges.
package struct NodeCensus: Hashable, Sendable {
    package var facts: NodeFacts
    package var loaded: LoadedModules
    package var oldCode: OldCode
    /// Processes that stay in current code of modules that are to be exchanged.
    package var staying: [ModuleUsers]
    package var tree: SupervisionTree
    /// Nil where the configurations were not compared.
    package var environment: EnvironmentComparison?

    package init(
        facts: NodeFacts, loaded: LoadedModules, oldCode: OldCode, staying: [ModuleUsers], tree: SupervisionTree,
        environment: EnvironmentComparison? = nil
    ) {
        self.facts = facts
        self.loaded = loaded
        self.oldCode = oldCode
        self.staying = staying
        self.tree = tree
        self.environment = environment
    }
}

/// The node as a whole.
package struct NodeFacts: Hashable, Sendable {
    /// `25`.
    package var otpRelease: String
    package var runtimeVersion: String
    package var processCount: Int
    package var processLimit: Int
    package var schedulers: Int
    /// Whether the program `heart` watches the node, which starts it anew after `init:reboot/0`.
    package var hasHeart: Bool
    /// Whether the node was booted with `-static_emulator`.
    package var isStaticEmulator: Bool
    /// The versions of the applications that run, and of those that are loaded.
    package var running: [Atom: String]
    package var loaded: [Atom: String]

    package init(
        otpRelease: String, runtimeVersion: String, processCount: Int, processLimit: Int, schedulers: Int,
        hasHeart: Bool, isStaticEmulator: Bool, running: [Atom: String], loaded: [Atom: String]
    ) {
        self.otpRelease = otpRelease
        self.runtimeVersion = runtimeVersion
        self.processCount = processCount
        self.processLimit = processLimit
        self.schedulers = schedulers
        self.hasHeart = hasHeart
        self.isStaticEmulator = isStaticEmulator
        self.running = running
        self.loaded = loaded
    }

    init(_ answer: AgentAnswer) throws(AgentAnswer.Unreadable) {
        self.otpRelease = try answer.field("otp").text()
        self.runtimeVersion = try answer.field("erts").text()
        self.processCount = try answer.field("processes").count()
        self.processLimit = try answer.field("process_limit").count()
        self.schedulers = try answer.field("schedulers").count()
        self.hasHeart = try answer.field("heart").boolean()
        self.isStaticEmulator = try answer.field("static_emulator").boolean()
        self.running = try Self.versions(try answer.field("running"))
        self.loaded = try Self.versions(try answer.field("loaded"))
    }

    private static func versions(_ answer: AgentAnswer) throws(AgentAnswer.Unreadable) -> [Atom: String] {
        var versions: [Atom: String] = [:]
        for element in try answer.list(atMost: 10_000) {
            let pair = try element.tuple(2)
            versions[try pair[0].atom()] = try pair[1].text()
        }
        return versions
    }
}

/// The code that is current in a node.
package struct LoadedModules: Hashable, Sendable {
    package struct Module: Hashable, Sendable {
        package var name: Atom
        /// The application whose specification names the module.
        package var application: Atom?
        /// As `Module:module_info(md5)` gives it, 16 bytes.
        package var digest: [UInt8]
        /// The file it was loaded from, or what the code server says instead, as `preloaded`.
        package var file: String?

        package init(name: Atom, application: Atom?, digest: [UInt8], file: String?) {
            self.name = name
            self.application = application
            self.digest = digest
            self.file = file
        }
    }

    package var modules: [Module]
    /// How many there are; more than ``modules`` where the list was cut.
    package var count: Int

    package init(modules: [Module], count: Int) {
        self.modules = modules
        self.count = count
    }

    /// The most modules that are listed.
    static let limit = 30_000

    init(_ answer: AgentAnswer) throws(AgentAnswer.Unreadable) {
        self.count = try answer.field("count").count()
        self.modules = try answer.field("modules").list(atMost: Self.limit) {
            element throws(AgentAnswer.Unreadable) in
            let parts = try element.tuple(4)
            return Module(
                name: try parts[0].atom(), application: try parts[1].optionalAtom(),
                digest: try parts[2].bytes(atMost: 16), file: try parts[3].optionalText())
        }
    }
}

/// The processes that were found in code of a module.
package struct ModuleUsers: Hashable, Sendable {
    package var module: Atom
    package var count: Int
    /// Processes that did not say whether they are: those in a long native call.
    package var unanswered: Int
    /// Some of them.
    package var processes: [NodeProcess]

    package init(module: Atom, count: Int, unanswered: Int = 0, processes: [NodeProcess] = []) {
        self.module = module
        self.count = count
        self.unanswered = unanswered
        self.processes = processes
    }

    static func staying(_ answer: AgentAnswer) throws(AgentAnswer.Unreadable) -> [ModuleUsers] {
        try answer.field("modules").list(atMost: LoadedModules.limit) { element throws(AgentAnswer.Unreadable) in
            let parts = try element.tuple(3)
            return ModuleUsers(
                module: try parts[0].atom(), count: try parts[1].count(), processes: try parts[2].processes())
        }
    }
}

/// The modules of which a node has two versions, and who is still in the old one.
package struct OldCode: Hashable, Sendable {
    /// Those that were asked about come first.
    package var modules: [ModuleUsers]
    /// Modules with old code whose processes there was no time to look for.
    package var unchecked: [Atom]
    /// How many modules have old code.
    package var count: Int

    package init(modules: [ModuleUsers], unchecked: [Atom] = [], count: Int) {
        self.modules = modules
        self.unchecked = unchecked
        self.count = count
    }

    init(_ answer: AgentAnswer) throws(AgentAnswer.Unreadable) {
        self.count = try answer.field("count").count()
        self.unchecked = try answer.field("unchecked").atoms(atMost: 1000)
        self.modules = try answer.field("modules").list(atMost: LoadedModules.limit) {
            element throws(AgentAnswer.Unreadable) in
            let parts = try element.tuple(4)
            return ModuleUsers(
                module: try parts[0].atom(), count: try parts[1].count(), unanswered: try parts[2].count(),
                processes: try parts[3].processes())
        }
    }

    package subscript(module: Atom) -> ModuleUsers? { self.modules.first { $0.module == module } }
}
