import ByteParsing

/// A signature of a file, apart from it: SSHSIG of OpenSSH (`PROTOCOL.sshsig` in its sources), as `ssh-keygen -Y sign` writes
/// it beside the file.
///
/// What is signed is not the file but its digest, with the purpose (the namespace): a signature made for something else,
/// such as a commit of git, is none of a release.
package struct FileSignature: Hashable, Sendable {
    /// The purpose of signatures of release tarballs.
    package static let releaseNamespace = "relift-release"
    private static let label = "SSH SIGNATURE"
    private static let magic = "SSHSIG"

    /// How the digest is made.
    package enum Hash: String, Hashable, Sendable, CaseIterable {
        case sha512, sha256
    }

    /// The key that it says it is of; whether that is true, ``isOf(_:)`` tells.
    package let key: VerifyingKey
    package let namespace: [UInt8]
    package let hash: Hash
    /// For later versions of the format; part of what is signed.
    private let reserved: [UInt8]
    private let bytes: [UInt8]

    /// Signs a file whose digest this is; nil if the library refuses.
    package init?(of digest: [UInt8], _ hash: Hash, by key: SigningKey, namespace: String = Self.releaseNamespace) {
        let namespace = Array(namespace.utf8)
        let message = Self.message(namespace: namespace, reserved: [], hash, digest)
        guard let bytes = key.signature(of: message) else { return nil }
        (self.key, self.namespace, self.hash, self.reserved) = (key.publicKey, namespace, hash, [])
        self.bytes = bytes
    }

    /// Decodes a signature file.
    package init(decoding file: [UInt8]) throws(SignatureDecodingError) {
        let blob = try Armor.decode(file, label: Self.label)
        var cursor = ByteCursor(blob.span)
        try cursor.readMagic(Self.magic)
        let version = try cursor.readNumber()
        guard version == 1 else { throw SignatureDecodingError(.otherVersion(version)) }
        self.key = try VerifyingKey(decoding: cursor.readString())
        self.namespace = try cursor.readString()
        self.reserved = try cursor.readString()
        let name = try cursor.readString()
        guard let hash = Hash.allCases.first(where: { name.elementsEqual($0.rawValue.utf8) }) else {
            throw SignatureDecodingError(.otherHash(Shown.text(name)))
        }
        self.hash = hash
        self.bytes = try Self.decode(signature: cursor.readString())
        try cursor.requireNothingLeft()
    }

    /// The inner part: the type of the signature and its 64 bytes.
    private static func decode(signature: [UInt8]) throws(SignatureDecodingError) -> [UInt8] {
        var cursor = ByteCursor(signature.span)
        let type = try cursor.readString()
        guard type.elementsEqual(VerifyingKey.typeName.utf8) else {
            throw SignatureDecodingError(.otherKeyType(Shown.text(type)))
        }
        let bytes = try cursor.readString()
        try cursor.requireNothingLeft()
        guard bytes.count == 64 else { throw SignatureDecodingError(.inconsistent, at: cursor.offset) }
        return bytes
    }

    /// The signature file.
    package var file: [UInt8] {
        var signature = ByteWriter()
        signature.writeString(VerifyingKey.typeName)
        signature.writeString(self.bytes)
        var writer = ByteWriter()
        writer.write(Self.magic.utf8)
        writer.writeBigEndian(UInt32(1))
        writer.writeString(self.key.blob)
        writer.writeString(self.namespace)
        writer.writeString(self.reserved)
        writer.writeString(self.hash.rawValue)
        writer.writeString(signature.bytes)
        return Armor.encode(writer.bytes, label: Self.label)
    }

    /// Whether its key signed a file whose digest, made with ``hash``, is this one.
    package func isOf(_ digest: [UInt8]) -> Bool {
        let message = Self.message(namespace: self.namespace, reserved: self.reserved, self.hash, digest)
        return self.key.isSignature(self.bytes, of: message)
    }

    private static func message(namespace: [UInt8], reserved: [UInt8], _ hash: Hash, _ digest: [UInt8]) -> [UInt8] {
        var writer = ByteWriter()
        writer.write(Self.magic.utf8)
        writer.writeString(namespace)
        writer.writeString(reserved)
        writer.writeString(hash.rawValue)
        writer.writeString(digest)
        return writer.bytes
    }
}
