import ErlangTerms

/// One line of a journal: an Erlang term and a dot, so that `file:consult/1` reads the file.
package enum JournalEntry: Hashable, Sendable {
    /// Always the first line.
    case operation(Operation)
    /// What the node said that it runs, and the version that it is led to.
    case hop(from: String, to: String)
    /// Paths below the root that were not there before and are about to be.
    case placing([String])
    case began(InstallReport.StepName)
    case ended(InstallReport.StepName, isDone: Bool)
    /// Always the last line.
    case end(OperationEnd)
}

extension JournalEntry {
    /// The line with its newline.
    var line: [UInt8] { TermPrinter.lineBytes(self.term) + Array(".\n".utf8) }

    private var term: Term {
        switch self {
        case .operation(let operation):
            .tuple(
                .atom("operation"), .integer(1), .string(operation.id), .atom(Atom(operation.kind.rawValue)),
                .list(operation.properties))
        case .hop(let from, let to): .tuple(.atom("hop"), .string(from), .string(to))
        case .placing(let paths): .tuple(.atom("placing"), .list(paths.map { .string($0) }))
        case .began(let step): .tuple(.atom("began"), .string(step.rawValue))
        case .ended(let step, let isDone):
            .tuple(.atom("ended"), .string(step.rawValue), .atom(isDone ? "done" : "failed"))
        case .end(let end): .tuple(.atom("end"), .list(end.properties))
        }
    }

    /// Nil for what is no line of a journal.
    init?(_ term: Term) {
        guard let parts = term.tupleElements, let tag = parts.first?.atomValue else { return nil }
        switch (tag.name, parts.count) {
        case ("operation", 5):
            guard parts[1] == .integer(1), let operation = Operation(parts) else { return nil }
            self = .operation(operation)
        case ("hop", 3):
            guard let from = parts[1].stringValue, let to = parts[2].stringValue else { return nil }
            self = .hop(from: from, to: to)
        case ("placing", 2):
            guard let elements = parts[1].listElements else { return nil }
            self = .placing(elements.compactMap(\.stringValue))
        case ("began", 2):
            guard let step = parts[1].stringValue.flatMap(InstallReport.StepName.init) else { return nil }
            self = .began(step)
        case ("ended", 3):
            guard let step = parts[1].stringValue.flatMap(InstallReport.StepName.init) else { return nil }
            self = .ended(step, isDone: parts[2].isAtom("done"))
        case ("end", 2):
            guard let end = OperationEnd(properties: parts[1]) else { return nil }
            self = .end(end)
        default: return nil
        }
    }
}

extension Operation {
    fileprivate var properties: [Term] {
        let texts = [
            ("user", self.user), ("node", self.node), ("from", self.from), ("to", self.to), ("digest", self.digest),
            ("plan", self.plan),
        ]
        return [.tuple(.atom("began"), .integer(self.began.seconds))]
            + texts.compactMap { key, text in text.map { .tuple(.atom(Atom(key)), .string($0)) } }
    }

    fileprivate init?(_ parts: [Term]) {
        guard let id = parts[2].stringValue, let kind = parts[3].atomValue.flatMap({ Kind(rawValue: $0.name) }) else {
            return nil
        }
        let values = Term.properties(parts[4])
        guard let began = values["began"]?.integerValue else { return nil }
        func text(_ key: String) -> String? { values[key]?.stringValue }
        self.init(
            id: id, kind: kind, user: text("user") ?? "?", began: HostTime(seconds: began), node: text("node"),
            from: text("from"), to: text("to"), digest: text("digest"), plan: text("plan"))
    }

    /// The operation as one term of the history, with how it ended.
    func record(_ end: OperationEnd) -> Term {
        .tuple(
            .atom("operation"), .integer(1), .string(self.id), .atom(Atom(self.kind.rawValue)),
            .list(self.properties), .list(end.properties))
    }

    /// What ``record(_:)`` made.
    static func fromRecord(_ term: Term) -> (operation: Operation, end: OperationEnd)? {
        guard let parts = term.tupleElements, parts.count == 6, parts[0].isAtom("operation"), parts[1] == .integer(1),
            let operation = Operation(Array(parts[..<5])), let end = OperationEnd(properties: parts[5])
        else { return nil }
        return (operation, end)
    }
}

extension OperationEnd {
    fileprivate var properties: [Term] {
        [
            .tuple(.atom("result"), .string(self.result)), .tuple(.atom("at"), .integer(self.at.seconds)),
            .tuple(.atom("reasons"), .list(self.reasons.map { .string($0) })),
        ] + (self.longestPause.map { [.tuple(.atom("longest_pause"), .integer($0))] } ?? [])
    }

    fileprivate init?(properties: Term) {
        let values = Term.properties(properties)
        guard let result = values["result"]?.stringValue, let at = values["at"]?.integerValue else { return nil }
        self.init(
            result: result, at: HostTime(seconds: at), longestPause: values["longest_pause"]?.integerValue,
            reasons: (values["reasons"]?.listElements ?? []).compactMap(\.stringValue))
    }
}

extension Term {
    /// The pairs of a property list by the names of their keys; what is no pair is left out.
    fileprivate static func properties(_ term: Term) -> [String: Term] {
        let pairs = (term.listElements ?? []).compactMap { element -> (String, Term)? in
            guard let parts = element.tupleElements, parts.count == 2, let key = parts[0].atomValue else { return nil }
            return (key.name, parts[1])
        }
        return Dictionary(pairs, uniquingKeysWith: { first, _ in first })
    }
}
