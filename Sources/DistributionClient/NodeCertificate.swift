import Glibc
import NIOCore
import NIOSSL

/// What is asked of the certificate of a node, beside its signature.
struct NodeCertificate {
    private let certificate: NIOSSLCertificate

    init(_ certificate: NIOSSLCertificate) { self.certificate = certificate }

    var subject: String { Self.text(self.certificate.subjectName) }
    var issuer: String { Self.text(self.certificate.issuerName) }

    var isValidNow: Bool {
        let now = time(nil)
        return self.certificate.notValidBefore <= now && now <= self.certificate.notValidAfter
    }

    /// Whether it is for this host: one of its alternative names is, or, if it has none, its common name is. Names are
    /// compared whole, without regard to case (`public_key:pkix_verify_hostname/2`, which takes no wildcards); an
    /// address may stand as an address or as a name.
    func isFor(_ host: String) -> Bool {
        let wanted = Self.comparable(host)
        return self.names.contains { Self.comparable($0) == wanted }
    }

    /// The hosts that it is for; addresses as text.
    var names: [String] {
        let alternatives = self.certificate._subjectAlternativeNames()
        guard !alternatives.isEmpty else {
            return self.certificate.subjectName.filter { $0.type == .commonName }.map(\.value)
        }
        return alternatives.compactMap { alternative in
            switch alternative.nameType {
            case .dnsName: String(validating: Array(alternative.contents), as: UTF8.self)
            case .ipAddress:
                (try? SocketAddress(packedIPAddress: ByteBuffer(bytes: Array(alternative.contents)), port: 0))?
                    .ipAddress
            default: nil
            }
        }
    }

    private static func comparable(_ host: String) -> String {
        (try? SocketAddress(ipAddress: host, port: 0))?.ipAddress ?? host.lowercased()
    }

    private static func text(_ name: [SSLCertificateName]) -> String {
        name.last { $0.type == .commonName }?.value ?? name.last?.value ?? "?"
    }
}
