package import Diagnostics
package import ErlangTerms

/// The system configuration, `sys.config` (`config(4)`): a list of `{App, [{Parameter, Value}]}` and, only in a file of
/// this very name, of names of further files.
package struct SystemConfiguration: Hashable, Sendable {
    /// One parameter, where it is written.
    package struct Parameter: Hashable, Sendable {
        package var name: Atom
        package var value: LocatedTerm
        package var range: ByteRange

        package init(name: Atom, value: LocatedTerm, range: ByteRange = .empty) {
            self.name = name
            self.value = value
            self.range = range
        }
    }

    /// The parameters of one application.
    package struct Section: Hashable, Sendable {
        package var application: Atom
        package var parameters: [Parameter]
        package var range: ByteRange

        package init(application: Atom, parameters: [Parameter], range: ByteRange = .empty) {
            self.application = application
            self.parameters = parameters
            self.range = range
        }
    }

    /// One element of the list.
    package enum Entry: Hashable, Sendable {
        case application(Section)
        /// The name of another configuration file, relative to this one.
        case file(String, ByteRange)
    }

    /// In the order of the file.
    package var entries: [Entry]

    package init(entries: [Entry]) { self.entries = entries }

    /// The parameters of the applications named in this very file.
    package var sections: [Section] {
        self.entries.compactMap { if case .application(let section) = $0 { section } else { nil } }
    }

    /// The names of the files it refers to.
    package var files: [String] {
        self.entries.compactMap { if case .file(let name, _) = $0 { name } else { nil } }
    }

    /// The list as OTP reads it.
    package var term: Term {
        .list(
            self.entries.map { entry in
                switch entry {
                case .application(let section):
                    .tuple(
                        .atom(section.application),
                        .list(section.parameters.map { .tuple(.atom($0.name), $0.value.term) }))
                case .file(let name, _): .string(name)
                }
            })
    }
}
