import ByteParsing

// RFC 4251, section 5: a string is its length in four bytes, big-endian, and its bytes.

extension ByteCursor {
    /// The bytes of a string. Its length is held against what is left before it costs memory.
    mutating func readString() throws(SignatureDecodingError) -> [UInt8] {
        do throws(ByteParsingError) {
            let count = try self.readBigEndian(UInt32.self)
            return try self.readBytes(count: Int(count))
        } catch {
            throw SignatureDecodingError(error)
        }
    }

    mutating func readNumber() throws(SignatureDecodingError) -> UInt32 {
        do throws(ByteParsingError) { return try self.readBigEndian(UInt32.self) } catch {
            throw SignatureDecodingError(error)
        }
    }

    /// Reads what has to stand here.
    mutating func readMagic(_ magic: String) throws(SignatureDecodingError) {
        let found: [UInt8]
        do throws(ByteParsingError) { found = try self.readBytes(count: magic.utf8.count) } catch {
            throw SignatureDecodingError(error)
        }
        guard found.elementsEqual(magic.utf8) else { throw SignatureDecodingError(.otherFormat) }
    }

    func requireNothingLeft() throws(SignatureDecodingError) {
        do throws(ByteParsingError) { try self.requireEnd() } catch { throw SignatureDecodingError(error) }
    }
}

extension ByteWriter {
    mutating func writeString(_ bytes: [UInt8]) {
        // What is written here has less than a few kilobytes.
        self.writeBigEndian(UInt32(truncatingIfNeeded: bytes.count))
        self.write(bytes)
    }

    mutating func writeString(_ text: String) { self.writeString(Array(text.utf8)) }
}

/// Texts of files that nobody vouches for, as they may be shown.
enum Shown {
    /// Up to 64 printable characters of ASCII; every other byte as `?`.
    static func text(_ bytes: some Collection<UInt8>) -> String {
        let shown = bytes.prefix(64).map { (0x20...0x7E).contains($0) ? $0 : UInt8(ascii: "?") }
        return String(decoding: shown, as: UTF8.self) + (bytes.count > 64 ? "…" : "")
    }
}
