/// The secret that the nodes of one cluster share.
///
/// No description, interpolation, dump or mirror of it shows the secret; only ``digest(of:)`` uses it.
package struct Cookie: Hashable, Sendable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// The characters of the cookie's atom, one byte each (Latin-1), as `dist_util:gen_digest` hashes them.
    let bytes: [UInt8]

    /// A cookie as `-setcookie` takes it: one to 255 characters, none above U+00FF.
    package init(validating text: String) throws(InvalidCookie) {
        var bytes: [UInt8] = []
        for scalar in text.unicodeScalars {
            guard let byte = UInt8(exactly: scalar.value) else { throw InvalidCookie.character }
            bytes.append(byte)
        }
        try self.init(bytes: bytes)
    }

    /// The cookie in a file such as `.erlang.cookie`: its only line (kernel, `auth:read_cookie`). Blanks belong to it, line ends do
    /// not; anything after the first line end but more line ends is an error, as are bytes that are not visible ASCII.
    package init(fileContents: [UInt8]) throws(InvalidCookie) {
        let line = fileContents.prefix { (0x20...0x7e).contains($0) }
        guard fileContents.dropFirst(line.count).allSatisfy({ $0 == 0x0a || $0 == 0x0d }) else {
            throw InvalidCookie.character
        }
        try self.init(bytes: Array(line))
    }

    private init(bytes: [UInt8]) throws(InvalidCookie) {
        guard !bytes.isEmpty else { throw InvalidCookie.empty }
        guard bytes.count <= 255 else { throw InvalidCookie.tooLong }
        self.bytes = bytes
    }

    package var description: String { "[cookie]" }
    package var debugDescription: String { "[cookie]" }
    package var customMirror: Mirror { Mirror(self, children: [:]) }
}

/// A text is not a cookie. Says nothing of the text: it may be a secret all the same.
package enum InvalidCookie: Error, Hashable, Sendable, CustomStringConvertible {
    case empty
    case tooLong
    /// A character that a cookie cannot have.
    case character

    package var description: String {
        switch self {
        case .empty: "the cookie is empty"
        case .tooLong: "the cookie has more than 255 characters"
        case .character: "the cookie has a character that Erlang does not take in cookies"
        }
    }
}
