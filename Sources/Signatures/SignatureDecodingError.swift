import ByteParsing

/// Why a key or a signature cannot be read, and where.
package struct SignatureDecodingError: Error, Hashable, Sendable {
    package enum Code: Hashable, Sendable {
        /// The first line is not `-----BEGIN LABEL-----`, or the last one is missing.
        case notArmored(label: String)
        case tooLarge(limit: Int)
        case notBase64
        /// The bytes do not begin as the format wants it.
        case otherFormat
        case truncated
        case trailingBytes
        /// A version of the format that is not known.
        case otherVersion(UInt32)
        /// A key of a type that is not Ed25519; the name as far as it can be shown.
        case otherKeyType(String)
        case otherHash(String)
        /// A private key that needs a passphrase.
        case encrypted
        /// A length that the format fixes is another one, or two parts that have to agree do not.
        case inconsistent
    }

    package var code: Code
    /// Byte offset in the file where it is known there, else in what its Base64 text stands for.
    package var offset: Int

    init(_ code: Code, at offset: Int = 0) {
        self.code = code
        self.offset = offset
    }

    init(_ error: ByteParsingError) {
        switch error.code {
        case .truncated: self.init(.truncated, at: error.offset)
        case .trailingBytes: self.init(.trailingBytes, at: error.offset)
        }
    }

    /// What is wrong, as the second half of a sentence.
    package var words: String {
        switch self.code {
        case .notArmored(let label): "it does not go from `-----BEGIN \(label)-----` to `-----END \(label)-----`"
        case .tooLarge(let limit): "it is larger than the limit of \(limit) bytes"
        case .notBase64: "it is not Base64 at byte \(self.offset)"
        case .otherFormat: "its bytes do not begin as the format wants it"
        case .truncated: "it ends too early, behind byte \(self.offset)"
        case .trailingBytes: "something follows its end at byte \(self.offset)"
        case .otherVersion(let version): "it has version \(version) of the format"
        case .otherKeyType(let name): "its key is of type `\(name)`, not `ssh-ed25519`"
        case .otherHash(let name): "its hash is `\(name)`, not `sha512` or `sha256`"
        case .encrypted: "it needs a passphrase"
        case .inconsistent: "its parts do not agree at byte \(self.offset)"
        }
    }
}
