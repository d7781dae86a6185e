/// One finding about the user's input: what is wrong, where, why it matters and the way out.
///
/// Findings are values: they are collected, compared by ID and place in tests, and turned into text only by a renderer.
package struct Diagnostic: Hashable, Sendable {
    /// The stable name of a kind of finding, `area/kebab-case`. Each module declares its own as static members.
    package struct ID: Hashable, Sendable, Comparable, CustomStringConvertible {
        package let rawValue: String
        package init(_ rawValue: String) { self.rawValue = rawValue }
        package var description: String { self.rawValue }
        package static func < (left: ID, right: ID) -> Bool { left.rawValue < right.rawValue }
    }

    package enum Severity: String, Hashable, Sendable, CaseIterable {
        case error, warning, note
    }

    /// Which way of an upgrade the finding is about.
    package enum Direction: String, Hashable, Sendable {
        case up, down
    }

    /// Where the finding is.
    package enum Place: Hashable, Sendable {
        /// Nowhere in particular.
        case none
        /// A file or folder as a whole.
        case file(String)
        /// A range of a text file.
        case source(SourceRange)
        /// Part of a binary file: a BEAM chunk, an external term.
        case binary(BinaryPlace)
    }

    /// A place in a binary file, as precise as is known.
    package struct BinaryPlace: Hashable, Sendable {
        package var path: String
        package var module: String?
        /// `name/arity`.
        package var function: String?
        /// Name of the BEAM chunk.
        package var chunk: String?
        /// Byte offset in the file.
        package var offset: Int?
        /// A call in the function, or in what that leads to in its module; without a function, anywhere in the module. It
        /// says what ``line`` is wanted of, and is not shown.
        package var call: Call?
        /// The file of the source, as the compiler was given it, and the line in it, from the `Line` chunk.
        package var source: String?
        package var line: Int?

        package init(
            path: String, module: String? = nil, function: String? = nil, chunk: String? = nil, offset: Int? = nil,
            call: Call? = nil, source: String? = nil, line: Int? = nil
        ) {
            self.path = path
            self.module = module
            self.function = function
            self.chunk = chunk
            self.offset = offset
            self.call = call
            self.source = source
            self.line = line
        }

        /// The place in the source, where both are known: what editors and code reviews show.
        package var sourceLine: (file: String, line: Int)? {
            guard let source = self.source, let line = self.line else { return nil }
            return (source, line)
        }
    }

    /// A call of a function of another module.
    package struct Call: Hashable, Sendable {
        package var module: String
        package var function: String
        package var arity: Int

        package init(module: String, function: String, arity: Int) {
            self.module = module
            self.function = function
            self.arity = arity
        }
    }

    /// A further fact, with a place of its own where it has one.
    package struct Note: Hashable, Sendable {
        package var text: String
        package var place: Place

        package init(_ text: String, at place: Place = .none) {
            self.text = text
            self.place = place
        }
    }

    package var id: ID
    package var severity: Severity
    /// One line, lower case, no period, values in backticks; stands alone.
    package var summary: String
    package var place: Place
    /// Why it matters, in one or two sentences; empty where the summary says it all.
    package var explanation: String
    package var notes: [Note]
    /// The way out, with the text to paste where there is one.
    package var help: [String]
    /// The application the finding is about, if one.
    package var application: String?
    /// The Erlang module the finding is about, if one.
    package var module: String?
    package var direction: Direction?

    package init(
        _ id: ID, _ severity: Severity, _ summary: String, at place: Place = .none, explanation: String = "",
        notes: [Note] = [], help: [String] = [], application: String? = nil, module: String? = nil,
        direction: Direction? = nil
    ) {
        self.id = id
        self.severity = severity
        self.summary = summary
        self.place = place
        self.explanation = explanation
        self.notes = notes
        self.help = help
        self.application = application
        self.module = module
        self.direction = direction
    }

    /// The same finding with another severity: where what is wrong weighs less, or more, than usual.
    package func with(_ severity: Severity) -> Diagnostic {
        var finding = self
        finding.severity = severity
        return finding
    }
}

extension [Diagnostic] {
    package var hasErrors: Bool { self.contains { $0.severity == .error } }
}
