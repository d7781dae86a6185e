package import Diagnostics
import ErlangTerms

/// How a node speaks TLS with nodes that it connects to: the `client` options of the file that `-ssl_dist_optfile` names,
/// or of the flags `-ssl_dist_opt` (`inet_tls_dist`).
///
/// ```erlang
/// [{server, [{certfile, "node.pem"}, …]},
///  {client, [{certfile, "me.pem"}, {keyfile, "me.key"}, {cacertfile, "ca.pem"}, {verify, verify_peer}]}].
/// ```
/// Without `verify` the node is verified where there is a `cacertfile`, and only there.
package struct TLSDistributionOptions: Hashable, Sendable {
    package enum ServerName: Hashable, Sendable {
        /// The host of the node.
        case host
        case other(String)
        case disabled
    }

    /// Paths as they are written.
    package var certificateFile: String?
    package var keyFile: String?
    package var authorityFile: String?
    /// Of the key. A secret: never print it.
    package var password: String?
    package var verifiesPeer: Bool?
    package var serverName = ServerName.host
    package var takesVersion12 = true
    package var takesVersion13 = true

    package init() {}

    /// Whether the certificate of the node must be signed by one of `authorityFile`.
    package var verifies: Bool { self.verifiesPeer ?? (self.authorityFile != nil) }

    /// Reads the file; nil after a finding of error severity.
    package static func read(_ source: SourceFile, _ diagnostics: inout [Diagnostic]) -> Self? {
        var found: [Diagnostic] = []
        defer { diagnostics += found }
        guard
            let term = TermFileReader.read(
                source, rule: .onlyTerm, kind: "the file of `-ssl_dist_optfile`", &found)
        else { return nil }
        var options = Self()
        guard let sides = term.listElements else {
            found.append(.notTLSOptions(at: .source(SourceRange(source, term.range))))
            return nil
        }
        for side in sides {
            guard let pair = side.tupleElements, pair.count == 2, let name = pair[0].term.atomValue?.name,
                name == "client" || name == "server"
            else {
                found.append(.notTLSOptions(at: .source(SourceRange(source, side.range))))
                continue
            }
            if name == "client" { options.read(pair[1], source, &found) }
        }
        return found.hasErrors ? nil : options
    }

    private mutating func read(_ list: LocatedTerm, _ source: SourceFile, _ found: inout [Diagnostic]) {
        guard let elements = list.listElements else {
            found.append(.notTLSOptions(at: .source(SourceRange(source, list.range))))
            return
        }
        for element in elements {
            let place = Diagnostic.Place.source(SourceRange(source, element.range))
            guard let pair = element.tupleElements, pair.count == 2, let name = pair[0].term.atomValue?.name else {
                found.append(.notTLSOptions(at: place))
                continue
            }
            self.set(name, to: pair[1].term, at: place, &found)
        }
    }

    // MARK: - Flags

    /// The options of `-ssl_dist_opt client_certfile FILE client_verify verify_peer …`; nil after a finding of error
    /// severity.
    package static func read(_ arguments: VMArguments, file: String, _ diagnostics: inout [Diagnostic]) -> Self? {
        var found: [Diagnostic] = []
        defer { diagnostics += found }
        var options = Self()
        for flag in arguments.flags(named: "-ssl_dist_opt") {
            var words = flag.values.map(\.text)[...]
            while let name = words.popFirst(), let value = words.popFirst() {
                guard name.hasPrefix("client_") else { continue }
                let option = String(name.dropFirst("client_".count))
                let isWord = option == "verify" || value == "disable"
                options.set(option, to: isWord ? .atom(value) : .string(value), at: .file(file), &found)
            }
        }
        return found.hasErrors ? nil : options
    }

    // MARK: - Values

    private mutating func set(
        _ name: String, to value: Term, at place: Diagnostic.Place, _ found: inout [Diagnostic]
    ) {
        let text = value.stringValue ?? value.binaryBytes.flatMap { String(validating: $0, as: UTF8.self) }
        func required(_ form: String) -> String? {
            if text == nil || text == "" { found.append(.wrongTLSValue(name, form, at: place)) }
            return text
        }
        switch name {
        case "certfile": self.certificateFile = required("a file as a string")
        case "keyfile": self.keyFile = required("a file as a string")
        case "cacertfile": self.authorityFile = required("a file as a string")
        case "password": self.password = required("a string")
        case "verify":
            switch value.atomValue?.name {
            case "verify_peer": self.verifiesPeer = true
            case "verify_none": self.verifiesPeer = false
            default: found.append(.wrongTLSValue(name, "`verify_peer` or `verify_none`", at: place))
            }
        case "server_name_indication":
            if value.isAtom("disable") {
                self.serverName = .disabled
            } else if let text = required("a host as a string, or `disable`") {
                self.serverName = .other(text)
            }
        case "versions":
            let versions = Set(value.listElements?.compactMap { $0.atomValue?.name } ?? [])
            self.takesVersion12 = versions.contains("tlsv1.2")
            self.takesVersion13 = versions.contains("tlsv1.3")
            if !self.takesVersion12, !self.takesVersion13 {
                found.append(.wrongTLSValue(name, "a list with `'tlsv1.2'` or `'tlsv1.3'`", at: place))
            }
        case "cert", "key", "cacerts", "certs_keys", "user_lookup_fun", "psk_identity":
            found.append(.tlsNotSupported(name, at: place))
        case _ where Self.harmless.contains(name): break
        default: found.append(.tlsIgnored(name, at: place))
        }
    }

    /// Options that make no difference to whom is talked with.
    private static let harmless: Set<String> = [
        "secure_renegotiate", "depth", "reuse_sessions", "reuse_session", "session_tickets", "honor_cipher_order",
        "ciphers", "eccs", "supported_groups", "signature_algs", "signature_algs_cert", "dhfile", "hibernate_after",
        "ktls", "log_level", "client_renegotiation", "handshake", "beast_mitigation", "fail_if_no_peer_cert",
        "keep_secrets", "middlebox_comp_mode", "renegotiate_at", "max_handshake_size", "key_update_at",
    ]
}

extension TLSDistributionOptions: CustomStringConvertible, CustomReflectable {
    /// Without the password.
    package var description: String {
        [self.certificateFile, self.keyFile, self.authorityFile].compactMap(\.self).joined(separator: ", ")
    }
    package var customMirror: Mirror { Mirror(self, children: ["files": self.description]) }
}

extension Diagnostic.ID {
    package static let tlsNotOptions = Self("tls-config/not-options")
    package static let tlsWrongValue = Self("tls-config/wrong-value")
    package static let tlsNotSupported = Self("tls-config/not-supported")
    package static let tlsIgnored = Self("tls-config/ignored")
}

extension Diagnostic {
    private static let example =
        "[{client, [{certfile, \"me.pem\"}, {keyfile, \"me.key\"}, {cacertfile, \"ca.pem\"}, {verify, verify_peer}]}]."

    fileprivate static func notTLSOptions(at place: Place) -> Self {
        Self(
            .tlsNotOptions, .error, "this is no option of TLS distribution", at: place,
            explanation: "The file is one list of `{client, Options}` and `{server, Options}`; an option is a pair.",
            help: ["for example: \(self.example)"])
    }

    fileprivate static func wrongTLSValue(_ name: String, _ form: String, at place: Place) -> Self {
        Self(.tlsWrongValue, .error, "`\(name)` takes \(form)", at: place, help: ["for example: \(self.example)"])
    }

    fileprivate static func tlsNotSupported(_ name: String, at place: Place) -> Self {
        Self(
            .tlsNotSupported, .error, "`\(name)` cannot be used by relift", at: place,
            explanation: "It takes certificates and keys from files in PEM.",
            help: ["name the files: `certfile`, `keyfile` and `cacertfile`, in a file of its own for `--tls-config`"])
    }

    fileprivate static func tlsIgnored(_ name: String, at place: Place) -> Self {
        Self(
            .tlsIgnored, .warning, "`\(name)` has no effect on relift's own connection", at: place,
            explanation: "The node's own connections follow it all the same.",
            help: ["see that it is not what keeps strangers away from `client`s"])
    }
}
