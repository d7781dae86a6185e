package import ErlangTerms

extension NodeAgent {
    /// All that ``Preflight`` wants to know about a node for one script. The tables of parameters are those of the files of
    /// the release that runs and of the next one; nil leaves the comparison out.
    package func census(
        for outline: RelupOutline, comparing files: (from: FileEnvironment, to: FileEnvironment)? = nil
    ) async throws(AgentError) -> NodeCensus {
        let facts = try await self.facts()
        let loaded = try await self.loadedModules()
        let oldCode = try await self.oldCode(of: outline.modulesOfCode)
        let staying = try await self.usersStaying(
            in: outline.exchanges.map(\.module), suspended: outline.suspended + outline.stopped)
        let tree = try await self.supervisionTree(of: outline.modulesOfProcesses)
        var environment: EnvironmentComparison?
        if let files { environment = try await self.compareEnvironment(from: files.from, to: files.to) }
        return NodeCensus(
            facts: facts, loaded: loaded, oldCode: oldCode, staying: staying, tree: tree, environment: environment)
    }
}

extension FileEnvironment {
    /// The parameters of applications as OTP merges them: those of a configuration stand over those of an `.app` file, each
    /// parameter whole. Both are `{Parameter, Value}` pairs; what is none is passed over, the last of equal names counts.
    package init(specifications: [Atom: [Term]], configuration: [Atom: [Term]]) {
        var all: [Atom: [Atom: Term]] = [:]
        for (application, pairs) in specifications {
            all[application] = Self.parameters(pairs).merging(
                Self.parameters(configuration[application] ?? [])
            ) { _, configured in configured }
        }
        self.init(parameters: all)
    }

    private static func parameters(_ pairs: [Term]) -> [Atom: Term] {
        var parameters: [Atom: Term] = [:]
        for pair in pairs {
            guard let elements = pair.tupleElements, elements.count == 2, let name = elements[0].atomValue else {
                continue
            }
            parameters[name] = elements[1]
        }
        return parameters
    }
}
