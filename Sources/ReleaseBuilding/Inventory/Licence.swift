/// A licence as an application or package names it.
package struct Licence: Hashable, Sendable {
    /// As it is written.
    package let name: String
    /// The same as an SPDX licence expression; nil for what is none that relift knows.
    package let expression: String?

    package init(_ name: String) {
        self.name = name
        self.expression = Self.known(name) ?? Self.expression(name)
    }

    /// Whether the expression is one identifier.
    package var isIdentifier: Bool { self.expression.map { !$0.contains(" ") && !$0.contains("(") } ?? false }

    private static func known(_ name: String) -> String? {
        let lower = name.lowercased()
        return Self.identifiers[lower] ?? Self.aliases[lower]
    }

    /// An expression of known identifiers, `AND`, `OR`, `WITH` and brackets.
    private static func expression(_ text: String) -> String? {
        var words: [String] = []
        var (expectsName, depth) = (true, 0)
        let spaced = text.flatMap { $0 == "(" || $0 == ")" ? [" ", $0, " "] : [$0] }
        for word in String(spaced).split(separator: " ").map(String.init) {
            switch word {
            case "(" where expectsName:
                depth += 1
                words.append(word)
            case ")" where !expectsName && depth > 0:
                depth -= 1
                words.append(word)
            case "AND", "OR":
                guard !expectsName else { return nil }
                expectsName = true
                words.append(word)
            default:
                guard expectsName, let identifier = Self.identifiers[word.lowercased()] else { return nil }
                expectsName = false
                words.append(identifier)
            }
        }
        guard !expectsName, depth == 0, words.count > 1 else { return nil }
        return words.joined(separator: " ").replacing("( ", with: "(").replacing(" )", with: ")")
    }

    /// Identifiers of the SPDX licence list that Erlang and Elixir packages are under, by their small letters.
    private static let identifiers = Dictionary(
        uniqueKeysWithValues: [
            "0BSD", "AGPL-3.0-only", "AGPL-3.0-or-later", "Apache-2.0", "Artistic-2.0", "BlueOak-1.0.0", "BSD-2-Clause",
            "BSD-3-Clause", "BSL-1.0", "BUSL-1.1", "CC-BY-4.0", "CC0-1.0", "CDDL-1.0", "EPL-1.0", "EPL-2.0", "EUPL-1.2",
            "GPL-2.0-only", "GPL-2.0-or-later", "GPL-3.0-only", "GPL-3.0-or-later", "ISC", "LGPL-2.1-only",
            "LGPL-2.1-or-later", "LGPL-3.0-only", "LGPL-3.0-or-later", "MIT", "MIT-0", "MPL-1.1", "MPL-2.0", "NCSA",
            "OpenSSL", "PostgreSQL", "Python-2.0", "Ruby", "Unicode-3.0", "Unicode-DFS-2016", "Unlicense", "UPL-1.0",
            "WTFPL", "Zlib",
        ].map { ($0.lowercased(), $0) })

    /// Other names that leave no doubt.
    private static let aliases = [
        "apache 2.0": "Apache-2.0", "apache 2": "Apache-2.0", "apache-2": "Apache-2.0", "apache2": "Apache-2.0",
        "apache v2.0": "Apache-2.0", "apache license 2.0": "Apache-2.0", "apache license v2.0": "Apache-2.0",
        "apache license version 2.0": "Apache-2.0", "apache license, version 2.0": "Apache-2.0",
        "mit license": "MIT", "the mit license": "MIT", "bsd 2-clause": "BSD-2-Clause",
        "bsd 3-clause": "BSD-3-Clause", "isc license": "ISC", "mpl 2.0": "MPL-2.0", "mplv2": "MPL-2.0",
        "mozilla public license 2.0": "MPL-2.0", "mozilla public license version 2.0": "MPL-2.0",
    ]
}
