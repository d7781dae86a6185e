/// The text form of OpenSSH's keys and signatures: Base64 between a line with BEGIN and one with END.
enum Armor {
    /// Bytes of a file that is looked at, at most; real ones have less than 1 KiB.
    static let limit = 64 << 10

    static func encode(_ bytes: [UInt8], label: String) -> [UInt8] {
        var text = Array("-----BEGIN \(label)-----\n".utf8)
        let digits = Base64.encode(bytes)
        for start in stride(from: 0, to: digits.count, by: 70) {
            text += digits[start..<min(start + 70, digits.count)] + [UInt8(ascii: "\n")]
        }
        return text + Array("-----END \(label)-----\n".utf8)
    }

    /// The bytes that a file stands for. Lines may end with CR LF; nothing but white space may stand around the two lines.
    static func decode(_ file: [UInt8], label: String) throws(SignatureDecodingError) -> [UInt8] {
        guard file.count <= self.limit else { throw SignatureDecodingError(.tooLarge(limit: self.limit)) }
        let missing = SignatureDecodingError(.notArmored(label: label))
        var digits: [UInt8] = []
        /// Where each line's digits are in the file, to tell the place of a wrong one.
        var places: [(digit: Int, offset: Int)] = []
        var state = State.before
        for line in file.split(separator: UInt8(ascii: "\n")) {
            let line = Self.trimmed(line)
            guard !line.isEmpty else { continue }
            switch state {
            case .before:
                guard line.elementsEqual("-----BEGIN \(label)-----".utf8) else { throw missing }
                state = .inside
            case .inside:
                if line.elementsEqual("-----END \(label)-----".utf8) {
                    state = .after
                } else {
                    places.append((digits.count, line.startIndex))
                    digits += line
                }
            case .after: throw SignatureDecodingError(.trailingBytes, at: line.startIndex)
            }
        }
        guard state == .after else { throw missing }
        switch Base64.decode(digits[...]) {
        case .success(let bytes): return bytes
        case .failure(let wrong):
            let place = places.last { $0.digit <= wrong.index } ?? (0, 0)
            throw SignatureDecodingError(.notBase64, at: place.offset + wrong.index - place.digit)
        }
    }

    private enum State { case before, inside, after }

    /// Without spaces, tabs and carriage returns at both ends.
    static func trimmed(_ line: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        let rest = line.drop(while: self.isSpace)
        return rest.dropLast(rest.reversed().prefix(while: self.isSpace).count)
    }

    static func isSpace(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") || byte == UInt8(ascii: "\r")
    }
}
