/// An Erlang atom: at most 255 Unicode scalars.
///
/// Compared and hashed by its UTF-8 bytes, as Erlang does: two spellings that Unicode calls equivalent are two atoms.
/// The order is Erlang's order of atoms (by code point).
package struct Atom: Hashable, Sendable, Comparable, ExpressibleByStringLiteral, CustomStringConvertible {
    /// The most characters an atom can have (erts, `MAX_ATOM_CHARACTERS`).
    package static let maximumLength = 255

    package let name: String

    /// Makes an atom of a text that is known to be short enough.
    package init(_ name: String) { self.name = name }

    package init(stringLiteral value: StaticString) { self.name = value.description }

    /// Nil when the text has more than 255 scalars.
    package init?(validating name: String) {
        guard name.utf8.count <= Self.maximumLength || name.unicodeScalars.count <= Self.maximumLength else {
            return nil
        }
        self.name = name
    }

    package var description: String { self.name }

    package static func == (left: Atom, right: Atom) -> Bool {
        left.name.utf8.count == right.name.utf8.count && left.name.utf8.elementsEqual(right.name.utf8)
    }

    package func hash(into hasher: inout Hasher) {
        for byte in self.name.utf8 { hasher.combine(byte) }
        hasher.combine(UInt8(0xff))
    }

    package static func < (left: Atom, right: Atom) -> Bool {
        left.name.utf8.lexicographicallyPrecedes(right.name.utf8)
    }
}
