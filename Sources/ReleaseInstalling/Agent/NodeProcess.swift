package import ErlangTerms

/// A process of a node, with what tells a person which one it is.
package struct NodeProcess: Hashable, Sendable {
    package var identifier: ProcessIdentifier
    /// The name it is registered under.
    package var name: Atom?
    /// What it began with; for processes of OTP's behaviours the callback module's `init`.
    package var firstCall: ExternalFunction?
    /// What it executed when it was looked at.
    package var currentCall: ExternalFunction?
    package var application: Atom?

    package init(
        identifier: ProcessIdentifier, name: Atom? = nil, firstCall: ExternalFunction? = nil,
        currentCall: ExternalFunction? = nil, application: Atom? = nil
    ) {
        self.identifier = identifier
        self.name = name
        self.firstCall = firstCall
        self.currentCall = currentCall
        self.application = application
    }

    init(_ answer: AgentAnswer) throws(AgentAnswer.Unreadable) {
        let elements = try answer.tuple(5)
        self.identifier = try elements[0].identifier()
        self.name = try elements[1].optionalAtom()
        self.firstCall = try elements[2].optionalCall()
        self.currentCall = try elements[3].optionalCall()
        self.application = try elements[4].optionalAtom()
    }

    /// As the node itself writes it: `<0.123.0>`.
    package var identifierText: String { "<0.\(self.identifier.id).\(self.identifier.serial)>" }

    /// How messages call it: by its name, or else by what it began with.
    package var title: String {
        if let name { return "`\(name)`" }
        guard let call = self.firstCall else { return "`\(self.identifierText)`" }
        return "`\(self.identifierText)` (`\(call.module):\(call.function)/\(call.arity)`)"
    }
}

extension AgentAnswer {
    func process() throws(Unreadable) -> NodeProcess { try NodeProcess(self) }

    /// A process, or nil where there is none.
    func optionalProcess() throws(Unreadable) -> NodeProcess? {
        try self.optional { answer throws(Unreadable) in try answer.process() }
    }

    func processes(atMost limit: Int = 100) throws(Unreadable) -> [NodeProcess] {
        try self.list(atMost: limit) { answer throws(Unreadable) in try answer.process() }
    }
}
