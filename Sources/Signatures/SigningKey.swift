import ByteParsing
import Crypto

/// A private key of Ed25519, with which files are signed; its descriptions say nothing of it.
///
/// Its file is OpenSSH's own format without a passphrase (`PROTOCOL.key` in OpenSSH's sources).
package struct SigningKey: Sendable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    private let key: Curve25519.Signing.PrivateKey
    package let publicKey: VerifyingKey
    /// A line for people, often `user@host`.
    package let comment: String

    private static let label = "OPENSSH PRIVATE KEY"
    private static let magic = "openssh-key-v1\0"

    /// Makes a key of 32 random bytes; nil for any other number of bytes.
    package init?(seed: [UInt8], comment: String) {
        guard let key = try? Curve25519.Signing.PrivateKey(rawRepresentation: seed),
            let publicKey = VerifyingKey(Array(key.publicKey.rawRepresentation))
        else { return nil }
        self.key = key
        self.publicKey = publicKey
        self.comment = comment
    }

    /// Decodes a key file.
    package init(decoding file: [UInt8]) throws(SignatureDecodingError) {
        let bytes = try Armor.decode(file, label: Self.label)
        var cursor = ByteCursor(bytes.span)
        try cursor.readMagic(Self.magic)
        let cipher = try cursor.readString()
        let derivation = try cursor.readString()
        let options = try cursor.readString()
        guard cipher.elementsEqual("none".utf8), derivation.elementsEqual("none".utf8), options.isEmpty else {
            throw SignatureDecodingError(.encrypted)
        }
        guard try cursor.readNumber() == 1 else { throw SignatureDecodingError(.inconsistent, at: cursor.offset) }
        let publicKey = try VerifyingKey(decoding: cursor.readString())
        let secret = try cursor.readString()
        try cursor.requireNothingLeft()
        self = try Self(secret: secret, of: publicKey)
    }

    /// Decodes the part of a key file that a passphrase would protect.
    private init(secret: [UInt8], of publicKey: VerifyingKey) throws(SignatureDecodingError) {
        var cursor = ByteCursor(secret.span)
        guard try cursor.readNumber() == cursor.readNumber() else {
            throw SignatureDecodingError(.inconsistent, at: 0)
        }
        let type = try cursor.readString()
        guard type.elementsEqual(VerifyingKey.typeName.utf8) else {
            throw SignatureDecodingError(.otherKeyType(Shown.text(type)))
        }
        let again = try cursor.readString()
        let pair = try cursor.readString()
        let comment = try cursor.readString()
        // Padded to a block of the cipher, which is 8 bytes for `none`, with 1, 2, 3 and so on.
        guard again == publicKey.bytes, pair.count == 64, Array(pair.suffix(32)) == publicKey.bytes,
            cursor.remaining < 8, secret.count % 8 == 0
        else { throw SignatureDecodingError(.inconsistent, at: cursor.offset) }
        for number in 0..<cursor.remaining where cursor.rest[number] != UInt8(number + 1) {
            throw SignatureDecodingError(.inconsistent, at: cursor.offset + number)
        }
        guard let key = Self(seed: Array(pair.prefix(32)), comment: String(decoding: comment, as: UTF8.self)),
            key.publicKey == publicKey
        else { throw SignatureDecodingError(.inconsistent, at: cursor.offset) }
        self = key
    }

    /// The key file. `check` is any number; a fresh random one for each file.
    package func file(check: UInt32) -> [UInt8] {
        var secret = ByteWriter()
        secret.writeBigEndian(check)
        secret.writeBigEndian(check)
        secret.writeString(VerifyingKey.typeName)
        secret.writeString(self.publicKey.bytes)
        secret.writeString(Array(self.key.rawRepresentation) + self.publicKey.bytes)
        secret.writeString(self.comment)
        var padding: UInt8 = 1
        while secret.count % 8 != 0 {
            secret.write(padding)
            padding += 1
        }
        var writer = ByteWriter()
        writer.write(Self.magic.utf8)
        writer.writeString("none")
        writer.writeString("none")
        writer.writeString("")
        writer.writeBigEndian(UInt32(1))
        writer.writeString(self.publicKey.blob)
        writer.writeString(secret.bytes)
        return Armor.encode(writer.bytes, label: Self.label)
    }

    /// The line of `FILE.pub`.
    package var publicFile: [UInt8] {
        Array((self.comment.isEmpty ? "\(self.publicKey.text)\n" : "\(self.publicKey.text) \(self.comment)\n").utf8)
    }

    /// The 64 bytes of the signature of a message; nil if the library refuses, for which it names no reason.
    func signature(of message: [UInt8]) -> [UInt8]? {
        (try? self.key.signature(for: message)).map { Array($0) }
    }

    package var description: String { "private key of \(self.publicKey.fingerprint)" }
    package var debugDescription: String { self.description }
    package var customMirror: Mirror { Mirror(self, children: []) }
}
