package import ErlangTerms

/// What an `.appup` file says (`appup(4)`). Instructions stay terms here: OTP checks their grammar only after expanding
/// and merging the scripts of all applications, and its errors depend on that order.
package struct Appup: Hashable, Sendable {
    /// The version that the file says it is for, written like the key of an entry: OTP only compares it with that of the
    /// application, and warns.
    package var version: Key
    /// From older versions to this one, in the order of the file: the first match wins.
    package var up: [Entry]
    /// From this version back to older ones.
    package var down: [Entry]

    /// The script for the versions that the key stands for.
    package struct Entry: Hashable, Sendable {
        package var key: Key
        package var script: [Term]

        package init(key: Key, script: [Term]) {
            self.key = key
            self.script = script
        }
    }

    /// Which versions an entry is for.
    package enum Key: Hashable, Sendable {
        /// Written as a string: equal texts.
        case exact(String)
        /// Written as a binary: the leftmost match of this regular expression is the whole version.
        case pattern(String)

        /// As it is written: a string or a binary.
        package var term: Term {
            switch self {
            case .exact(let version): .string(version)
            case .pattern(let pattern): .binary(Array(pattern.utf8))
            }
        }

        /// For messages: the version alone, or the binary as it is written.
        package var text: String {
            switch self {
            case .exact(let version): version
            case .pattern: TermPrinter.line(self.term)
            }
        }
    }

    package init(version: Key, up: [Entry], down: [Entry]) {
        self.version = version
        self.up = up
        self.down = down
    }

    /// Whether it says that it is for this version.
    package func isFor(_ version: ApplicationVersion) -> Bool { self.version == .exact(version.text) }
}
