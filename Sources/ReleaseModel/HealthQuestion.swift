package import Diagnostics
package import ErlangTerms

/// A question of the release's own by which a trial is judged (`{health, […]}` of the manifest).
package struct HealthQuestion: Hashable, Sendable {
    package enum Kind: Hashable, Sendable {
        /// A GET of this URL that has to answer with a status of 200 to 299.
        case http(String)
        /// A command of the host's shell that has to end with status 0.
        case command(String)
        /// A function of the node that has to return `ok`, `true` or `{ok, _}`.
        case call(ExternalFunction, [Term])
    }

    package var kind: Kind
    /// Whether a bad answer takes the release back; of one that is only wanted, it is told.
    package var isRequired: Bool

    package init(_ kind: Kind, isRequired: Bool = true) {
        self.kind = kind
        self.isRequired = isRequired
    }

    /// What came of asking.
    package enum Answer: Hashable, Sendable {
        case good
        case bad(String)
        /// Nobody could say: not the same as good.
        case none(String)
    }

    /// How reports call the question.
    package var title: String {
        switch self.kind {
        case .http(let url): "`\(url)`"
        case .command(let text): "`\(text)`"
        case .call(let function, _): "`\(function.module):\(function.function)/\(function.arity)`"
        }
    }

    /// Reads the list of a manifest: `{http, Url}`, `{cmd, Command}`, `{rpc, M, F, A}`, each also as `{required, Question}`,
    /// which is the same, or `{wanted, Question}`.
    package static func read(_ term: LocatedTerm, in source: SourceFile, _ findings: inout [Diagnostic])
        -> [HealthQuestion]
    {
        guard let elements = term.listElements else {
            findings.append(Self.unreadable(term.term, .source(SourceRange(source, term.range))))
            return []
        }
        return elements.compactMap { element in
            guard let question = HealthQuestion(element.term) else {
                findings.append(Self.unreadable(element.term, .source(SourceRange(source, element.range))))
                return nil
            }
            return question
        }
    }

    /// Nil for what is no question.
    package init?(_ term: Term) {
        guard let elements = term.tupleElements, let word = elements.first?.atomValue else { return nil }
        switch (word.name, elements.count) {
        case ("required", 2), ("wanted", 2):
            guard let inner = elements[1].tupleElements?.first?.atomValue, inner != "required", inner != "wanted",
                let question = HealthQuestion(elements[1])
            else { return nil }
            self.init(question.kind, isRequired: word == "required")
        case ("http", 2):
            guard let url = elements[1].text, url.hasPrefix("http://") || url.hasPrefix("https://") else { return nil }
            self.init(.http(url))
        case ("cmd", 2):
            guard let command = elements[1].text, !command.isEmpty else { return nil }
            self.init(.command(command))
        case ("rpc", 4):
            guard let module = elements[1].atomValue, let function = elements[2].atomValue,
                let arguments = elements[3].listElements
            else { return nil }
            self.init(
                .call(ExternalFunction(module: module, function: function, arity: arguments.count), arguments))
        default: return nil
        }
    }

    /// The question as it is written in a manifest.
    package var term: Term {
        let question: Term =
            switch self.kind {
            case .http(let url): .tuple(.atom("http"), .string(url))
            case .command(let command): .tuple(.atom("cmd"), .string(command))
            case .call(let function, let arguments):
                .tuple(.atom("rpc"), .atom(function.module), .atom(function.function), .list(arguments))
            }
        return self.isRequired ? question : .tuple(.atom("wanted"), question)
    }

    private static func unreadable(_ term: Term, _ place: Diagnostic.Place) -> Diagnostic {
        Diagnostic(
            .badHealthQuestion, .error,
            "this is no question about the health of a release: `\(TermPrinter.line(term))`",
            at: place,
            help: ["write `{http, \"http://…\"}`, `{cmd, \"…\"}` or `{rpc, Module, Function, Arguments}`"])
    }
}

extension Term {
    /// The text of a string or a binary.
    fileprivate var text: String? { self.stringValue ?? self.binaryBytes.map { String(decoding: $0, as: UTF8.self) } }
}

extension Diagnostic.ID {
    package static let badHealthQuestion = Self("health/bad-question")
}
