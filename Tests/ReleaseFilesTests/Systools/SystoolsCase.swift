import ErlangTerms
import ReleaseFiles
import Testing

/// One call of `systools:make_script`, with all the files it sees.
struct SystoolsCase: Sendable, CustomTestStringConvertible {
    /// An `.app` file in a folder of its own below the case's `lib`.
    struct ApplicationFileCase: Sendable {
        var folder: String
        var name: String
        var term: Term
    }

    var name: String
    var release: Term
    /// In the order of the search path.
    var files: [ApplicationFileCase]
    var options: Options = Options()

    struct Options: Sendable {
        var isLocal = false
        var isOTPBuild = false
        var variables: [BootScriptGenerator.Variable] = []
        var loadsDotErlang = true
        var warnsOfMissingSasl = true
        var warningsAreErrors = false

        var term: Term {
            var options: [Term] = []
            if self.isLocal { options.append(.atom("local")) }
            if self.isOTPBuild { options.append(.atom("otp_build")) }
            if !self.loadsDotErlang { options.append(.atom("no_dot_erlang")) }
            if !self.warnsOfMissingSasl { options.append(.atom("no_warn_sasl")) }
            if self.warningsAreErrors { options.append(.atom("warnings_as_errors")) }
            if !self.variables.isEmpty {
                let pairs = self.variables.map { Term.tuple(.string($0.name), .string($0.prefix)) }
                options.append(.tuple(.atom("variables"), .list(pairs)))
            }
            return .list(options)
        }
    }

    var testDescription: String { self.name }

    /// The folder of a file, relative to the folder of all cases.
    func directory(_ file: ApplicationFileCase) -> String { "\(self.name)/lib/\(file.folder)/ebin" }

    /// For the Erlang side: `{Name, Release, [{Folder, AppName, AppTerm}], Options}`.
    var term: Term {
        .tuple(
            .string(self.name), self.release,
            .list(
                self.files.map { .tuple(.string(self.directory($0)), .string($0.name), $0.term) }),
            self.options.term)
    }
}

/// What `systools:make_script` or we made of a case.
struct SystoolsAnswer: Sendable, Hashable {
    /// `{ok, systools_make, Warnings}` or `{error, systools_make, Reason}`, without the stacks of crashes.
    var result: Term
    /// The bytes of the `.boot` file, if one was written.
    var boot: [UInt8]?

    init(result: Term, boot: [UInt8]?) {
        self.result = Self.withoutStacks(result)
        self.boot = boot
    }

    /// Replaces `{'EXIT', {Reason, Stack}}` by `{'EXIT', {Reason, []}}`.
    private static func withoutStacks(_ term: Term) -> Term {
        if case .list(let elements) = term { return .list(elements.map(self.withoutStacks)) }
        guard case .tuple(let elements) = term else { return term }
        if elements.count == 2, elements[0] == .atom("EXIT"), let reason = elements[1].tupleElements?.first {
            return .tuple(.atom("EXIT"), .tuple(reason, .emptyList))
        }
        return .tuple(elements.map(self.withoutStacks))
    }
}
