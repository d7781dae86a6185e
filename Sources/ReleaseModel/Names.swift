package import ErlangTerms

/// Whether a text can stand as one component of a path on the host: not empty, not `.` or `..`, no `/`, no NUL.
private func isSafePathComponent(_ text: String) -> Bool {
    !text.isEmpty && text != "." && text != ".." && !text.utf8.contains(UInt8(ascii: "/")) && !text.utf8.contains(0)
}

/// The name of an OTP application: an atom that is also safe as one path component.
package struct ApplicationName: Hashable, Sendable, Comparable, CustomStringConvertible {
    package let atom: Atom

    /// Nil for names that are empty or that would leave their folder.
    package init?(validating atom: Atom) {
        guard isSafePathComponent(atom.name) else { return nil }
        self.atom = atom
    }

    private init(known name: StaticString) { self.atom = Atom(stringLiteral: name) }

    /// `kernel`, which every release has, as `stdlib`; `sasl` is what makes upgrades possible.
    package static let kernel = ApplicationName(known: "kernel")
    package static let stdlib = ApplicationName(known: "stdlib")
    package static let sasl = ApplicationName(known: "sasl")

    package var name: String { self.atom.name }
    package var description: String { self.atom.name }
    package static func < (left: Self, right: Self) -> Bool { left.atom < right.atom }
}

/// The name of an Erlang module: an atom that is also safe as a file name.
package struct ModuleName: Hashable, Sendable, Comparable, CustomStringConvertible {
    package let atom: Atom

    package init?(validating atom: Atom) {
        guard isSafePathComponent(atom.name) else { return nil }
        self.atom = atom
    }

    package var name: String { self.atom.name }
    package var description: String { self.atom.name }
    package static func < (left: Self, right: Self) -> Bool { left.atom < right.atom }
}

/// The version of an application: any text that cannot leave the folder `App-Vsn`; it may be empty, as in OTP.
///
/// OTP compares versions for equality only; so do we.
package struct ApplicationVersion: Hashable, Sendable, CustomStringConvertible {
    package let text: String

    package init?(validating text: String) {
        guard text.isEmpty || isSafePathComponent("-" + text) else { return nil }
        self.text = text
    }

    package var description: String { self.text }
    package static func == (left: Self, right: Self) -> Bool { left.text.utf8.elementsEqual(right.text.utf8) }
    package func hash(into hasher: inout Hasher) { for byte in self.text.utf8 { hasher.combine(byte) } }
}

/// The version of the Erlang runtime system, as in `erts-VSN`.
package struct RuntimeVersion: Hashable, Sendable, CustomStringConvertible {
    package let text: String

    package init?(validating text: String) {
        guard isSafePathComponent("-" + text) else { return nil }
        self.text = text
    }

    package var description: String { self.text }
    package static func == (left: Self, right: Self) -> Bool { left.text.utf8.elementsEqual(right.text.utf8) }
    package func hash(into hasher: inout Hasher) { for byte in self.text.utf8 { hasher.combine(byte) } }
}

/// The name of a release as a `.rel` file or a boot script gives it: any text. OTP's own releases are called
/// `Erlang/OTP`, so it must never become part of a path; a ``ReleaseName`` may.
package struct ReleaseTitle: Hashable, Sendable, CustomStringConvertible {
    package let text: String

    package init(_ text: String) { self.text = text }

    package init(_ name: ReleaseName) { self.text = name.text }

    package var description: String { self.text }
    package static func == (left: Self, right: Self) -> Bool { left.text.utf8.elementsEqual(right.text.utf8) }
    package func hash(into hasher: inout Hasher) { for byte in self.text.utf8 { hasher.combine(byte) } }
}

/// The name of a release that files and folders are called after.
package struct ReleaseName: Hashable, Sendable, CustomStringConvertible {
    package let text: String

    package init?(validating text: String) {
        guard isSafePathComponent(text) else { return nil }
        self.text = text
    }

    package var description: String { self.text }
    package static func == (left: Self, right: Self) -> Bool { left.text.utf8.elementsEqual(right.text.utf8) }
    package func hash(into hasher: inout Hasher) { for byte in self.text.utf8 { hasher.combine(byte) } }
}

/// The version of a release; safe as the name of its folder under `releases/`.
package struct ReleaseVersion: Hashable, Sendable, CustomStringConvertible {
    package let text: String

    package init?(validating text: String) {
        guard isSafePathComponent(text) else { return nil }
        self.text = text
    }

    package var description: String { self.text }
    package static func == (left: Self, right: Self) -> Bool { left.text.utf8.elementsEqual(right.text.utf8) }
    package func hash(into hasher: inout Hasher) { for byte in self.text.utf8 { hasher.combine(byte) } }
}
