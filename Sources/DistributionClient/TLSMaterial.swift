/// What TLS with a node is made of: the contents of files, not their names.
package struct TLSMaterial: Sendable {
    /// A file that was read.
    package struct File: Sendable {
        package var path: String
        package var bytes: [UInt8]

        package init(path: String, bytes: [UInt8]) {
            self.path = path
            self.bytes = bytes
        }
    }

    /// For which host the certificate of the node must be.
    package enum ServerName: Hashable, Sendable {
        /// The part of the node's name behind the `@`.
        case host
        case other(String)
        /// No name is sent, and any will do.
        case disabled
    }

    /// Our certificate, with those that lead to its authority, in PEM.
    package var certificates: File?
    /// Our private key in PEM; nil is in the file of the certificate.
    package var key: File?
    /// What the key is encrypted with. A secret: never print it.
    package var password: String?
    /// Those who may have signed the certificate of the node, in PEM; nil does not verify it.
    package var authorities: File?
    package var serverName: ServerName = .host
    package var takesVersion12 = true
    package var takesVersion13 = true

    package init() {}
}

extension TLSMaterial: CustomStringConvertible, CustomReflectable {
    /// The names of the files: the key and the password stay out of logs.
    package var description: String {
        [self.certificates, self.key, self.authorities].compactMap { $0?.path }.joined(separator: ", ")
    }
    package var customMirror: Mirror { Mirror(self, children: ["files": self.description]) }
}

/// A file cannot be used for TLS.
package struct TLSMaterialError: Error, Hashable, Sendable {
    package enum Reason: Hashable, Sendable {
        case noCertificate
        case noAuthority
        /// It holds no private key in PEM, or one that the password does not open.
        case noKey(hasPassword: Bool)
        /// The key is that of another certificate, or the two cannot be used for another reason.
        case unusable(detail: String)
    }

    package let path: String
    package let reason: Reason

    package init(path: String, reason: Reason) {
        self.path = path
        self.reason = reason
    }
}
