import ByteParsing
import Crypto

/// A public key of Ed25519, with which signatures are verified.
package struct VerifyingKey: Hashable, Sendable, CustomStringConvertible {
    /// OpenSSH's name of the type.
    package static let typeName = "ssh-ed25519"

    /// The 32 bytes of RFC 8032.
    package let bytes: [UInt8]

    /// Nil unless there are 32 bytes.
    package init?(_ bytes: [UInt8]) {
        guard bytes.count == 32 else { return nil }
        self.bytes = bytes
    }

    /// Decodes OpenSSH's binary form: two strings, the type and the key.
    package init(decoding blob: [UInt8]) throws(SignatureDecodingError) {
        var cursor = ByteCursor(blob.span)
        let type = try cursor.readString()
        guard type.elementsEqual(Self.typeName.utf8) else {
            throw SignatureDecodingError(.otherKeyType(Shown.text(type)))
        }
        guard let key = Self(try cursor.readString()) else {
            throw SignatureDecodingError(.inconsistent, at: cursor.offset)
        }
        try cursor.requireNothingLeft()
        self = key
    }

    /// OpenSSH's binary form.
    package var blob: [UInt8] {
        var writer = ByteWriter()
        writer.writeString(Self.typeName)
        writer.writeString(self.bytes)
        return writer.bytes
    }

    /// `ssh-ed25519 AAAA…`.
    package var text: String { "\(Self.typeName) \(String(decoding: Base64.encode(self.blob), as: UTF8.self))" }

    /// The way `ssh-keygen -l` names the key: `SHA256:` and its digest in Base64 without padding.
    package var fingerprint: String {
        let digest = Base64.encode(Array(SHA256.hash(data: self.blob))).prefix { $0 != UInt8(ascii: "=") }
        return "SHA256:\(String(decoding: digest, as: UTF8.self))"
    }

    package var description: String { self.fingerprint }

    /// Whether the 64 bytes are this key's signature of the message.
    func isSignature(_ signature: [UInt8], of message: [UInt8]) -> Bool {
        guard let key = try? Curve25519.Signing.PublicKey(rawRepresentation: self.bytes) else { return false }
        return key.isValidSignature(signature, for: message)
    }
}
