import DistributionProtocol
import NIOSSL

/// Says what NIOSSL's errors mean.
enum TLSErrors {
    /// Why TLS failed; nil for an error that is not of TLS. The certificate is the node's, as far as it was seen.
    static func failure(_ error: any Error, _ certificate: NodeCertificate?) -> TLSFailure? {
        guard Self.isOfTLS(error) else { return nil }
        let words = Self.words(of: error)
        if words.contains("CERTIFICATE_VERIFY_FAILED") {
            guard let certificate else { return .unknownAuthority(subject: "?", issuer: "?") }
            return certificate.isValidNow
                ? .unknownAuthority(subject: certificate.subject, issuer: certificate.issuer)
                : .notValidNow(subject: certificate.subject)
        }
        if let alert = Self.alert(in: words) {
            return Self.isAboutVersions(alert) ? .noCommonLanguage(detail: alert) : .refusedByNode(alert: alert)
        }
        let foreign = ["WRONG_VERSION_NUMBER", "EOF during handshake", "UNSUPPORTED_PROTOCOL", "HTTP_REQUEST"]
        if foreign.contains(where: { words.contains($0) }) { return .noCommonLanguage(detail: words) }
        return .failed(detail: words)
    }

    /// Whether the node closed the connection without saying so in TLS: then it is simply closed.
    static func isUncleanClose(_ error: any Error) -> Bool { error as? NIOSSLError == .uncleanShutdown }

    /// The last part of the library's text, without its source files.
    static func words(of error: any Error) -> String {
        let text = String(describing: error)
        // "…:error:1000007d:SSL routines:OPENSSL_internal:CERTIFICATE_VERIFY_FAILED at FILE:LINE"
        guard let start = text.firstRange(of: "OPENSSL_internal:") else { return text }
        let rest = text[start.upperBound...]
        return String(rest.prefix { $0 != " " && $0 != "]" })
    }

    private static func isOfTLS(_ error: any Error) -> Bool {
        error is NIOSSLError || error is BoringSSLError || error is NIOSSLExtraError
    }

    /// `unknown_ca` of `TLSV1_ALERT_UNKNOWN_CA`.
    private static func alert(in words: String) -> String? {
        words.firstRange(of: "_ALERT_").map { words[$0.upperBound...].lowercased() }
    }

    private static func isAboutVersions(_ alert: String) -> Bool {
        ["protocol_version", "insufficient_security"].contains(alert)
    }
}
