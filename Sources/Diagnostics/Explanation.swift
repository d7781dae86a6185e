/// What a kind of finding means, for `relift explain`: what it says of the input, an example that shows it, the way out.
///
/// Each module lists those of its own IDs beside them; ``Catalogue`` holds all of a program.
package struct Explanation: Hashable, Sendable {
    package let id: Diagnostic.ID
    /// The one that findings of the kind have unless a policy says otherwise; the gravest where it differs.
    package let severity: Diagnostic.Severity
    /// The kind of finding in one line, without the values of a single case; lower case, no period.
    package let title: String
    /// What is so, and why it matters; paragraphs are separated by an empty line.
    package let meaning: String
    package let example: Example
    /// What to do, one piece of advice an element.
    package let wayOut: [String]

    package init(
        _ id: Diagnostic.ID, as severity: Diagnostic.Severity = .warning, _ title: String, meaning: String,
        example: Example, wayOut: [String]
    ) {
        self.id = id
        self.severity = severity
        self.title = title
        self.meaning = meaning
        self.example = example
        self.wayOut = wayOut
    }

    /// Files and commands that lead to the finding; the last command reports it.
    package struct Example: Hashable, Sendable {
        package let files: [File]
        package let commands: [String]
        /// Whether the files are all it takes, besides the applications `kernel`, `stdlib` and `sasl`. False where it takes
        /// what cannot be shown as text, such as a running node.
        package let isComplete: Bool

        package init(_ files: [File], _ commands: [String], isComplete: Bool = true) {
            self.files = files
            self.commands = commands
            self.isComplete = isComplete
        }
    }

    /// A file of an example.
    package struct File: Hashable, Sendable {
        /// Relative to the folder the commands run in.
        package let path: String
        package let text: String

        package init(_ path: String, _ text: String) {
            self.path = path
            self.text = text
        }
    }
}

extension Explanation {
    /// All explanations of a program, by ID.
    package struct Catalogue: Sendable {
        /// Sorted by ID.
        package let entries: [Explanation]

        /// An ID explained twice is a mistake of the program that its tests find; the first explanation stays.
        package init(_ explanations: [Explanation]) {
            var seen: Set<Diagnostic.ID> = []
            self.entries = explanations.filter { seen.insert($0.id).inserted }.sorted { $0.id < $1.id }
        }

        package subscript(id: Diagnostic.ID) -> Explanation? { self.entries.first { $0.id == id } }
    }
}
