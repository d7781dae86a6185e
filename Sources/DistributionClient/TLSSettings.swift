import NIOSSL

/// How TLS is spoken with a node; made once for all connections.
package struct TLSSettings: Sendable {
    let context: NIOSSLContext
    let serverName: TLSMaterial.ServerName
    /// Whether the certificate of the node is held against authorities and a name.
    let verifiesNode: Bool

    package init(_ material: TLSMaterial) throws(TLSMaterialError) {
        var configuration = TLSConfiguration.makeClientConfiguration()
        // The name is looked at afterwards, by OTP's rules, which are stricter and know addresses: see NodeCertificate.
        configuration.certificateVerification = material.authorities == nil ? .none : .noHostnameVerification
        configuration.minimumTLSVersion = material.takesVersion12 ? .tlsv12 : .tlsv13
        configuration.maximumTLSVersion = material.takesVersion13 ? .tlsv13 : .tlsv12
        if let file = material.authorities {
            guard let certificates = try? NIOSSLCertificate.fromPEMBytes(file.bytes), !certificates.isEmpty else {
                throw TLSMaterialError(path: file.path, reason: .noAuthority)
            }
            configuration.trustRoots = .certificates(certificates)
        }
        if let file = material.certificates {
            guard let certificates = try? NIOSSLCertificate.fromPEMBytes(file.bytes), !certificates.isEmpty else {
                throw TLSMaterialError(path: file.path, reason: .noCertificate)
            }
            configuration.certificateChain = certificates.map { .certificate($0) }
            let keyFile = material.key ?? file
            guard let key = Self.key(in: keyFile, material.password) else {
                throw TLSMaterialError(path: keyFile.path, reason: .noKey(hasPassword: material.password != nil))
            }
            configuration.privateKey = .privateKey(key)
        }
        do {
            self.context = try NIOSSLContext(configuration: configuration)
        } catch {
            throw TLSMaterialError(
                path: (material.key ?? material.certificates ?? material.authorities)?.path ?? "",
                reason: .unusable(detail: TLSErrors.words(of: error)))
        }
        self.serverName = material.serverName
        self.verifiesNode = material.authorities != nil
    }

    /// Without a password the library is given an empty one, so that it asks nobody for it.
    private static func key(in file: TLSMaterial.File, _ password: String?) -> NIOSSLPrivateKey? {
        let secret = Array((password ?? "").utf8)
        return try? NIOSSLPrivateKey(bytes: file.bytes, format: .pem) { (set: NIOSSLPassphraseSetter<[UInt8]>) in
            set(secret)
        }
    }

    /// What the certificate of a node at `host` must be for; nil when any will do.
    func expectedName(host: String) -> String? {
        switch self.serverName {
        case .host: host
        case .other(let name): name
        case .disabled: nil
        }
    }

    /// The handler for a connection with a node at `host`. Addresses are no names that could be sent.
    func handler(host: String) throws -> NIOSSLClientHandler {
        guard let name = self.expectedName(host: host),
            let named = try? NIOSSLClientHandler(context: self.context, serverHostname: name)
        else { return try NIOSSLClientHandler(context: self.context, serverHostname: nil) }
        return named
    }
}
