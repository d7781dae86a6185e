/// Why no TLS came about with a node, or was ended by it.
package enum TLSFailure: Error, Hashable, Sendable {
    /// No authority that we trust has signed the certificate of the node; the names of its subject and issuer.
    case unknownAuthority(subject: String, issuer: String)
    /// The time for which the certificate is valid is over, or has not come.
    case notValidNow(subject: String)
    /// The certificate is for other names than that of the host, or of `server_name_indication`.
    case otherName(wanted: String, names: [String])
    /// The node ended the connection by an alert, `bad_certificate` for instance: it did not accept ours.
    case refusedByNode(alert: String)
    /// What answers does not speak TLS, or has no version and cipher in common with us.
    case noCommonLanguage(detail: String)
    /// Anything else, in the words of the library.
    case failed(detail: String)
}

extension TLSFailure {
    /// What is wrong, in one clause about `node`, which is in backticks.
    func text(of node: String) -> String {
        switch self {
        case .unknownAuthority(let subject, let issuer):
            "the certificate of node \(node), `\(Self.visible(subject))` issued by `\(Self.visible(issuer))`, is signed by "
                + "no authority that is trusted"
        case .notValidNow(let subject):
            "the certificate of node \(node), `\(Self.visible(subject))`, has expired or is not valid yet"
        case .otherName(let wanted, let names):
            "the certificate of node \(node) is not for `\(Self.visible(wanted))` but for "
                + (names.isEmpty ? "no host" : names.map { "`\(Self.visible($0))`" }.joined(separator: ", "))
        case .refusedByNode(let alert):
            "node \(node) refused TLS with the alert `\(Self.visible(alert))`"
        case .noCommonLanguage(let detail):
            "what listens on the port of node \(node) does not speak TLS as we do (\(Self.visible(detail)))"
        case .failed(let detail): "TLS with node \(node) failed (\(Self.visible(detail)))"
        }
    }

    /// The way out.
    var help: [String] {
        switch self {
        case .unknownAuthority:
            ["name the authority that signed it as `cacertfile` of `client` in the file of `--tls-config`"]
        case .notValidNow:
            [
                "give the node a new certificate; look at the clock of both hosts",
                "`openssl x509 -dates -in FILE` shows it",
            ]
        case .otherName:
            [
                "call the node by a host that the certificate has, or give it one with this name",
                "`{server_name_indication, \"NAME\"}` of `client` says which name is meant",
            ]
        case .refusedByNode:
            [
                "the node wants a certificate that its own `cacertfile` has signed: name it and its key as `certfile` and "
                    + "`keyfile` of `client`", "the node's log says why",
            ]
        case .noCommonLanguage:
            ["does the node run with `-proto_dist inet_tls`? Without it, leave out `--tls-config`"]
        case .failed: ["the node's log may say more"]
        }
    }

    /// A text of the other end for a message: cut, and without what a terminal would obey.
    private static func visible(_ text: String) -> String {
        String(
            String.UnicodeScalarView(
                text.unicodeScalars.prefix(255).map { scalar in
                    scalar.value >= 0x20 && !(0x7f...0x9f).contains(scalar.value) && scalar != "`" ? scalar : "\u{fffd}"
                }))
    }
}
