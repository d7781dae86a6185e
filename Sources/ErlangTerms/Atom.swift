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
        let (left, right) = (left.name.utf8.span, right.name.utf8.span)
        guard left.count == right.count else { return false }
        for index in left.indices where left[index] != right[index] { return false }
        return true
    }

    package func hash(into hasher: inout Hasher) {
        // A text's own hash is equal for all spellings that Unicode calls equivalent, so for equal bytes too; it takes
        // the bytes at once.
        hasher.combine(self.name)
    }

    package static func < (left: Atom, right: Atom) -> Bool {
        left.name.utf8.lexicographicallyPrecedes(right.name.utf8)
    }
}
