/// By what a finding is known again in another run: its kind, what it is about and what it says, without the places.
package struct Fingerprint: Hashable, Sendable {
    package let id: Diagnostic.ID
    package let application: String?
    package let module: String?
    package let direction: Diagnostic.Direction?
    /// The summary of the finding, without folders and without numbers of lines and bytes.
    package let summary: String

    package init(
        id: Diagnostic.ID, application: String?, module: String?, direction: Diagnostic.Direction?, summary: String
    ) {
        self.id = id
        self.application = application
        self.module = module
        self.direction = direction
        self.summary = summary
    }

    /// The fingerprint as 16 hexadecimal digits, for formats that want a short text: FNV-1a with 64 bits over the fields,
    /// each ended by a zero byte (draft-eastlake-fnv). It serves to tell findings apart, not to prove anything.
    package var digits: String {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for field in [self.id.rawValue, self.application, self.module, self.direction?.rawValue, self.summary] {
            for byte in (field ?? "").utf8 {
                hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3
            }
            hash = hash &* 0x100_0000_01b3
        }
        let digits = String(hash, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}

extension Fingerprint: Comparable {
    package static func < (left: Self, right: Self) -> Bool {
        left.fields.lexicographicallyPrecedes(right.fields)
    }

    private var fields: [String] {
        [self.id.rawValue, self.application ?? "", self.module ?? "", self.direction?.rawValue ?? "", self.summary]
    }
}

extension Diagnostic {
    package var fingerprint: Fingerprint {
        Fingerprint(
            id: self.id, application: self.application, module: self.subjectModule, direction: self.direction,
            summary: Self.withoutPlaces(self.summary))
    }

    /// Characters between which a path may stand in a summary.
    private static let separators: Set<Unicode.Scalar> = [" ", "`", "\"", "'", "(", ")", "[", "]", "{", "}", ",", ";"]

    /// Paths become their last part, `name.ext:12:5` loses its numbers, and so do the words `line 12` and `byte 12`.
    static func withoutPlaces(_ summary: String) -> String {
        var result = String.UnicodeScalarView()
        var word = String.UnicodeScalarView()
        var before = ""
        func end() {
            let text = Self.withoutPlace(String(word), behind: before)
            result.append(contentsOf: text.unicodeScalars)
            if !word.isEmpty { before = String(word) }
            word = String.UnicodeScalarView()
        }
        for scalar in summary.unicodeScalars {
            if self.separators.contains(scalar) {
                end()
                result.append(scalar)
            } else {
                word.append(scalar)
            }
        }
        end()
        return String(result)
    }

    private static func withoutPlace(_ word: String, behind before: String) -> String {
        if ["line", "lines", "byte", "column"].contains(before), word.isNumber { return "N" }
        var word = word[...]
        guard let slash = word.lastIndex(of: "/") else {
            // A file without a folder: only numbers behind it are places, and `module:12` is none without a full stop.
            guard word.contains(".") else { return String(word) }
            return String(self.withoutNumbers(word))
        }
        let last = word[word.index(after: slash)...]
        // `name/3` and `module:name/3` are functions, `area/name` is the ID of a finding; both stay.
        let isFunction = last.isNumber && word.prefix(upTo: slash).allSatisfy { $0 != "/" }
        let hasManyParts = word.count { $0 == "/" } > 1 || word.hasPrefix("/") || word.contains(".")
        guard !isFunction, hasManyParts, !last.isEmpty else { return String(word) }
        word = last
        return String(self.withoutNumbers(word))
    }

    /// Without up to two `:NUMBER` at the end.
    private static func withoutNumbers(_ word: Substring) -> Substring {
        var word = word
        for _ in 0..<2 {
            guard let colon = word.lastIndex(of: ":"), word[word.index(after: colon)...].isNumber else { break }
            word = word[..<colon]
        }
        return word
    }
}

extension StringProtocol {
    fileprivate var isNumber: Bool { !self.isEmpty && self.utf8.allSatisfy { (48...57).contains($0) } }
}
