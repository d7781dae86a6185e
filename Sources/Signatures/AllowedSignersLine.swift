import Diagnostics

/// One line of a list of allowed signers, taken apart as `ssh-keygen` does it.
struct AllowedSignersLine {
    /// Why a line is left out, as the second half of a sentence.
    struct Unusable: Error, Hashable {
        let reason: String
    }

    /// What the options of a line say.
    fileprivate struct Options {
        var namespaces: PatternList?
        var validAfter: Int?
        var validBefore: Int?
    }

    private let principals: PatternList?
    private let options: Options
    private let key: VerifyingKey
    private let comment: String

    /// Types of keys that OpenSSH knows and relift does not verify with.
    private static let otherTypes = [
        "ssh-rsa", "ssh-dss", "ecdsa-sha2-nistp256", "ecdsa-sha2-nistp384", "ecdsa-sha2-nistp521",
        "sk-ssh-ed25519@openssh.com", "sk-ecdsa-sha2-nistp256@openssh.com",
    ]

    /// - Parameter line: without white space at its ends.
    init(_ line: ArraySlice<UInt8>, _ time: SignatureTime) throws(Unusable) {
        guard line.count <= AllowedSigners.lineLimit else {
            throw Unusable(reason: "it is longer than the limit of \(AllowedSigners.lineLimit) bytes")
        }
        var rest = line
        // A `.pub` line: no principal is called like a type of key and followed by a key of that very type.
        if let key = Self.publicKey(rest) {
            (self.key, self.comment) = key
            (self.principals, self.options) = (nil, Options())
            return
        }
        let principals = try Self.takePrincipals(&rest)
        let options = Self.startsWithType(rest) ? Options() : try Options(Self.takeOptions(&rest), time)
        guard let type = Self.word(&rest) else { throw Unusable(reason: "it has no key") }
        guard type.elementsEqual(VerifyingKey.typeName.utf8) else {
            throw Unusable(reason: "its key is of type `\(Shown.text(type))`, not `\(VerifyingKey.typeName)`")
        }
        guard let text = Self.word(&rest) else { throw Unusable(reason: "it has no key") }
        self.key = try Self.key(text)
        self.comment = Shown.text(Armor.trimmed(rest))
        self.principals = PatternList(principals)
        self.options = options
    }

    func entry(at place: SourceRange) -> AllowedSigners.Entry {
        AllowedSigners.Entry(
            key: self.key, principals: self.principals, namespaces: self.options.namespaces,
            validAfter: self.options.validAfter, validBefore: self.options.validBefore, comment: self.comment,
            place: place)
    }

    // MARK: - Words

    private static func publicKey(_ line: ArraySlice<UInt8>) -> (VerifyingKey, String)? {
        var rest = line
        guard let type = self.word(&rest), type.elementsEqual(VerifyingKey.typeName.utf8),
            let text = self.word(&rest), let key = try? self.key(text)
        else { return nil }
        return (key, Shown.text(Armor.trimmed(rest)))
    }

    private static func key(_ text: ArraySlice<UInt8>) throws(Unusable) -> VerifyingKey {
        guard case .success(let blob) = Base64.decode(text) else {
            throw Unusable(reason: "its key is not Base64")
        }
        do throws(SignatureDecodingError) { return try VerifyingKey(decoding: blob) } catch {
            throw Unusable(reason: "its key cannot be read: \(error.words)")
        }
    }

    /// The next word, up to white space, which is taken too.
    private static func word(_ rest: inout ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
        let word = rest.prefix { !Armor.isSpace($0) }
        rest = rest[word.endIndex...].drop(while: Armor.isSpace)
        return word.isEmpty ? nil : word
    }

    private static func startsWithType(_ rest: ArraySlice<UInt8>) -> Bool {
        var rest = rest
        guard let word = self.word(&rest) else { return false }
        return ([VerifyingKey.typeName] + self.otherTypes).contains { word.elementsEqual($0.utf8) }
    }

    /// The first word, or what stands in quotation marks.
    private static func takePrincipals(_ rest: inout ArraySlice<UInt8>) throws(Unusable) -> [UInt8] {
        let quote = UInt8(ascii: "\"")
        guard rest.first == quote else {
            return Array(self.word(&rest) ?? [])
        }
        let inner = rest.dropFirst().prefix { $0 != quote }
        guard inner.endIndex < rest.endIndex else { throw Unusable(reason: "a quotation mark is not closed") }
        rest = rest[(inner.endIndex + 1)...].drop(while: Armor.isSpace)
        return Array(inner)
    }

    /// The options: up to white space that is not in quotation marks.
    private static func takeOptions(_ rest: inout ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        let (quote, backslash) = (UInt8(ascii: "\""), UInt8(ascii: "\\"))
        var index = rest.startIndex
        var isQuoted = false
        while index < rest.endIndex, isQuoted || !Armor.isSpace(rest[index]) {
            if rest[index] == backslash, index + 1 < rest.endIndex, rest[index + 1] == quote {
                index += 1
            } else if rest[index] == quote {
                isQuoted.toggle()
            }
            index += 1
        }
        let options = rest[..<index]
        rest = rest[index...].drop(while: Armor.isSpace)
        return options
    }
}

extension AllowedSignersLine.Options {
    /// Reads `NAME="VALUE",NAME,…`.
    init(_ options: ArraySlice<UInt8>, _ time: SignatureTime) throws(AllowedSignersLine.Unusable) {
        var rest = options
        var seen: Set<String> = []
        while !rest.isEmpty {
            let bytes = rest.prefix { $0 != UInt8(ascii: "=") && $0 != UInt8(ascii: ",") }
            let name = Shown.text(bytes).lowercased()
            rest = rest[bytes.endIndex...]
            guard seen.insert(name).inserted else {
                throw AllowedSignersLine.Unusable(reason: "its option `\(name)` is there twice")
            }
            switch name {
            case "cert-authority":
                throw AllowedSignersLine.Unusable(
                    reason: "it is for certificates (`cert-authority`), which relift does not read")
            case "namespaces": self.namespaces = PatternList(try Self.value(of: name, &rest))
            case "valid-after": self.validAfter = try Self.time(try Self.value(of: name, &rest), name, time)
            case "valid-before": self.validBefore = try Self.time(try Self.value(of: name, &rest), name, time)
            default:
                throw AllowedSignersLine.Unusable(
                    reason: "`\(name)` is neither an option nor a key of type ssh-ed25519")
            }
            guard let separator = rest.first else { break }
            guard separator == UInt8(ascii: ","), rest.count > 1 else {
                throw AllowedSignersLine.Unusable(reason: "something follows its option `\(name)`")
            }
            rest = rest.dropFirst()
        }
        guard let after = self.validAfter, let before = self.validBefore, before <= after else { return }
        throw AllowedSignersLine.Unusable(reason: "its `valid-before` is not later than its `valid-after`")
    }

    /// The text behind `NAME=` in quotation marks, in which `\"` is a quotation mark.
    private static func value(of name: String, _ rest: inout ArraySlice<UInt8>) throws(AllowedSignersLine.Unusable)
        -> [UInt8]
    {
        let (quote, backslash) = (UInt8(ascii: "\""), UInt8(ascii: "\\"))
        guard rest.starts(with: [UInt8(ascii: "="), quote]) else {
            throw AllowedSignersLine.Unusable(reason: "its option `\(name)` has no value in quotation marks")
        }
        var value: [UInt8] = []
        var index = rest.startIndex + 2
        while index < rest.endIndex {
            if rest[index] == quote {
                rest = rest[(index + 1)...]
                return value
            }
            if rest[index] == backslash, index + 1 < rest.endIndex, rest[index + 1] == quote { index += 1 }
            value.append(rest[index])
            index += 1
        }
        throw AllowedSignersLine.Unusable(reason: "a quotation mark is not closed")
    }

    /// `YYYYMMDD[HHMM[SS]]` in local time, or in that of Greenwich with `Z` or `UTC` behind it.
    private static func time(_ text: [UInt8], _ name: String, _ time: SignatureTime) throws(AllowedSignersLine.Unusable)
        -> Int
    {
        let upper = text.map { (0x61...0x7A).contains($0) ? $0 - 0x20 : $0 }
        let suffix = ["UTC", "Z"].first { upper.reversed().starts(with: $0.utf8.reversed()) }
        guard let calendar = CalendarTime(text.dropLast(suffix?.utf8.count ?? 0)),
            let seconds = suffix == nil ? time.ofLocal(calendar) : calendar.secondsInUTC
        else {
            throw AllowedSignersLine.Unusable(
                reason: "`\(Shown.text(text))` is no time for `\(name)`: write YYYYMMDDZ or YYYYMMDDHHMMSSZ")
        }
        return seconds
    }
}
