package import ByteParsing

/// How a node is registered with EPMD.
package struct EpmdRegistration: Hashable, Sendable {
    package var port: UInt16
    /// 77: a normal node, 72: a hidden one.
    package var nodeType: UInt8
    /// Highest version of the distribution protocol that the node speaks; 6 since OTP 23.
    package var highestVersion: UInt16
    package var lowestVersion: UInt16
    package var name: String
}

/// PORT2_RESP, the answer to ``EpmdRequest/port(name:)``.
package enum EpmdPortAnswer: Hashable, Sendable {
    case registered(EpmdRegistration)
    /// EPMD knows no such name.
    case unknown

    /// Reads an answer. Bytes may be missing at its end (`truncated`): EPMD's answers have no length in front.
    ///
    /// Bytes after the answer are ignored, as are the `Extra` bytes in it.
    package init(decoding cursor: inout ByteCursor) throws(EpmdAnswerError) {
        do {
            guard try cursor.readByte() == 119 else { throw EpmdAnswerError.notAnAnswer }
            guard try cursor.readByte() == 0 else {
                self = .unknown
                return
            }
            let port = try cursor.readBigEndian(UInt16.self)
            let nodeType = try cursor.readByte()
            _ = try cursor.readByte()
            let highest = try cursor.readBigEndian(UInt16.self)
            let lowest = try cursor.readBigEndian(UInt16.self)
            let name = try cursor.readBytes(count: Int(try cursor.readBigEndian(UInt16.self)))
            try cursor.skip(count: Int(try cursor.readBigEndian(UInt16.self)))
            self = .registered(
                EpmdRegistration(
                    port: port, nodeType: nodeType, highestVersion: highest, lowestVersion: lowest,
                    name: String(decoding: name, as: UTF8.self)))
        } catch let error as EpmdAnswerError {
            throw error
        } catch {
            throw EpmdAnswerError.truncated
        }
    }
}

/// NAMES_RESP, the answer to ``EpmdRequest/names``: EPMD's own port and one line a node. It ends where EPMD closes.
package struct EpmdNamesAnswer: Hashable, Sendable {
    /// Names before the `@`, in EPMD's order.
    package var names: [String]

    package init(decoding bytes: [UInt8]) throws(EpmdAnswerError) {
        guard bytes.count >= 4 else { throw EpmdAnswerError.truncated }
        var names: [String] = []
        for line in bytes.dropFirst(4).split(separator: UInt8(ascii: "\n")) {
            let words = line.split(separator: UInt8(ascii: " "))
            guard words.count == 5, words[0].elementsEqual("name".utf8), words[2].elementsEqual("at".utf8) else {
                throw EpmdAnswerError.notAnAnswer
            }
            names.append(String(decoding: words[1], as: UTF8.self))
        }
        self.names = names
    }
}

/// What answered is no EPMD, or stopped in the middle.
package enum EpmdAnswerError: Error, Hashable, Sendable {
    case truncated
    case notAnAnswer
}
