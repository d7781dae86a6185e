package import Diagnostics

/// Who may sign what: the `allowed_signers` file of `ssh-keygen(1)`, or just lines of `.pub` files.
///
///     release@example.org,ci@* namespaces="relift-release",valid-before="20270101Z" ssh-ed25519 AAAA… comment
///     ssh-ed25519 AAAA… comment
///
/// A line that cannot be used is left out with a finding: that takes trust away and gives none.
package struct AllowedSigners: Sendable {
    /// A line of the file.
    package struct Entry: Hashable, Sendable {
        package let key: VerifyingKey
        /// Names of the signer, as patterns; none for a line of a `.pub` file, which is for all names.
        package let principals: PatternList?
        /// Purposes that the key may sign for; nil for all.
        package let namespaces: PatternList?
        /// Seconds since 1970 before which the key is not accepted, and those after which it is not any more.
        package let validAfter: Int?
        package let validBefore: Int?
        package let comment: String
        package let place: SourceRange

        /// What names the signer: the principals, else the comment, else nothing.
        package var name: String { self.principals?.text ?? self.comment }
    }

    package let file: SourceFile
    package let entries: [Entry]

    /// Bytes and lines that are looked at, at most.
    package static let sizeLimit = 1 << 20
    static let lineLimit = 16 << 10
    static let countLimit = 10_000

    /// Reads a list. Lines that cannot be used are findings.
    package init(parsing file: SourceFile, _ time: SignatureTime, _ findings: inout [Diagnostic]) {
        var entries: [Entry] = []
        var number = 0
        for bytes in file.bytes.split(separator: UInt8(ascii: "\n")) {
            let line = Armor.trimmed(bytes)
            guard let first = line.first, first != UInt8(ascii: "#") else { continue }
            let place = SourceRange(file, ByteRange(line.startIndex, line.endIndex))
            number += 1
            guard number <= Self.countLimit else {
                findings.append(.keyLineIgnored("it has more than \(Self.countLimit) lines with keys", place))
                break
            }
            do {
                entries.append(try AllowedSignersLine(line, time).entry(at: place))
            } catch {
                findings.append(.keyLineIgnored(error.reason, place))
            }
        }
        self.file = file
        self.entries = entries
    }

    /// Lines with a key, in their order.
    func entries(with key: VerifyingKey) -> [Entry] { self.entries.filter { $0.key == key } }
}

/// Patterns with `*` and `?`, separated by commas; one that `!` stands before excludes what it matches (`ssh_config(5)`).
package struct PatternList: Hashable, Sendable {
    private let patterns: [(isNegated: Bool, pattern: [UInt8])]
    /// As it was written, as far as it can be shown.
    package let text: String

    init(_ bytes: [UInt8]) {
        self.patterns = bytes.split(separator: UInt8(ascii: ",")).map { part in
            let isNegated = part.first == UInt8(ascii: "!")
            return (isNegated, Array(isNegated ? part.dropFirst() : part))
        }
        self.text = Shown.text(bytes)
    }

    /// Whether a pattern matches and no negated one does.
    func matches(_ name: [UInt8]) -> Bool {
        var matches = false
        for (isNegated, pattern) in self.patterns where Self.matches(pattern, name) {
            if isNegated { return false }
            matches = true
        }
        return matches
    }

    /// Goes back to the last `*` only, so the time is at most the product of the lengths.
    private static func matches(_ pattern: [UInt8], _ name: [UInt8]) -> Bool {
        var (at, position) = (0, 0)
        var star: (pattern: Int, name: Int)?
        while position < name.count {
            if at < pattern.count, pattern[at] == UInt8(ascii: "*") {
                star = (at, position)
                at += 1
            } else if at < pattern.count, pattern[at] == UInt8(ascii: "?") || pattern[at] == name[position] {
                at += 1
                position += 1
            } else if let last = star {
                at = last.pattern + 1
                position = last.name + 1
                star = (last.pattern, position)
            } else {
                return false
            }
        }
        return pattern[at...].allSatisfy { $0 == UInt8(ascii: "*") }
    }

    package static func == (left: PatternList, right: PatternList) -> Bool {
        left.patterns.elementsEqual(right.patterns) { $0 == $1 }
    }

    package func hash(into hasher: inout Hasher) {
        for (isNegated, pattern) in self.patterns {
            hasher.combine(isNegated)
            hasher.combine(pattern)
        }
    }
}
