package import ErlangTerms

/// The full name of an Erlang node, `name@host`.
///
/// What comes before the `@` is made of ASCII letters, digits, `_` and `-`, as `net_kernel` demands of a node that is to
/// start; the host is any visible text without a second `@`. Compared by bytes, like the atom it is.
package struct NodeName: Hashable, Sendable, CustomStringConvertible {
    package let atom: Atom
    /// What comes before the `@`: the name EPMD knows.
    package let name: String
    /// What comes after the `@`: a host name or an address.
    package let host: String

    package init(validating text: String) throws(InvalidNodeName) {
        let parts = text.split(separator: "@", omittingEmptySubsequences: false)
        guard parts.count == 2 else {
            throw InvalidNodeName(text: text, reason: parts.count < 2 ? .noHost : .severalHosts)
        }
        let name = String(parts[0])
        let host = String(parts[1])
        guard !name.isEmpty, name.utf8.allSatisfy(Self.isAllowedInName) else {
            throw InvalidNodeName(text: text, reason: .name)
        }
        guard !host.isEmpty, host.utf8.allSatisfy({ $0 > 0x20 && $0 != 0x7f }) else {
            throw InvalidNodeName(text: text, reason: .host)
        }
        guard let atom = Atom(validating: text) else { throw InvalidNodeName(text: text, reason: .tooLong) }
        self.atom = atom
        self.name = name
        self.host = host
    }

    /// Whether this is a "long" name: the host is fully qualified or an address. A node with long names only connects to others
    /// with long names.
    package var isLongName: Bool { self.host.utf8.contains { $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: ":") } }

    package var description: String { self.atom.name }

    package static func == (left: NodeName, right: NodeName) -> Bool { left.atom == right.atom }

    package func hash(into hasher: inout Hasher) { hasher.combine(self.atom) }

    private static func isAllowedInName(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"):
            true
        default: false
        }
    }
}

/// A text is not the name of a node.
package struct InvalidNodeName: Error, Hashable, Sendable, CustomStringConvertible {
    package enum Reason: Hashable, Sendable {
        /// No `@`.
        case noHost
        /// More than one `@`.
        case severalHosts
        /// The part before the `@` is empty or has a character that Erlang does not take.
        case name
        /// The part after the `@` is empty or has a blank or control character.
        case host
        /// More than 255 characters.
        case tooLong
    }

    package let text: String
    package let reason: Reason

    package var description: String {
        switch self.reason {
        case .noHost: "`\(self.text)` is not a node name: it needs a host, as in `\(self.text)@localhost`"
        case .severalHosts: "`\(self.text)` is not a node name: it has more than one `@`"
        case .name:
            "`\(self.text)` is not a node name: before the `@` there must be letters, digits, `_` and `-` only"
        case .host: "`\(self.text)` is not a node name: after the `@` there must be a host name without blanks"
        case .tooLong: "this is not a node name: it has more than 255 characters"
        }
    }
}
