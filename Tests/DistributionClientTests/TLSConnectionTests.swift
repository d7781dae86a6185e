import DistributionClient
import DistributionProtocol
import ErlangTerms
import SystemPackage
import TestSupport
import Testing

/// TLS distribution with real nodes.
@Suite(.enabled(if: OTP.isInstalled)) struct TLSConnectionTests {
    /// What the client is made of; names are those of ``TLSFiles``.
    struct Client: Sendable {
        var certificate: String? = "me"
        var authority: String? = "ca"
        var serverName = TLSMaterial.ServerName.host
        var newestIsTwelve = false

        func options(_ files: TLSFiles) throws -> ConnectionOptions {
            var material = TLSMaterial()
            if let certificate {
                material.certificates = .init(path: "\(certificate).pem", bytes: try files.bytes("\(certificate).pem"))
                material.key = .init(path: "\(certificate).key", bytes: try files.bytes("\(certificate).key"))
            }
            if let authority {
                material.authorities = .init(path: "\(authority).pem", bytes: try files.bytes("\(authority).pem"))
            }
            material.serverName = self.serverName
            material.takesVersion13 = !self.newestIsTwelve
            var options = ConnectionOptions()
            options.tls = try TLSSettings(material)
            return options
        }
    }

    static func node(_ options: String, host: String = "localhost") -> ErlangNode.Configuration {
        var configuration = ErlangNode.Configuration()
        configuration.host = host
        configuration.hasLongName = host != "localhost"
        let carrier = host.contains(":") ? "inet6_tls" : "inet_tls"
        configuration.arguments = ["-proto_dist", carrier, "-ssl_dist_optfile", options]
        return configuration
    }

    @Test(arguments: ["['tlsv1.2']", "['tlsv1.3']"])
    func callsGoOverBothVersions(versions: String) async throws {
        try await withTemporaryFolder { folder in
            let files = try await TLSFiles(in: folder)
            try await withErlangNode(Self.node(try files.options(versions: versions))) { node in
                let options = try Client().options(files)
                try await node.connected(options: options) { connection async throws in
                    #expect(try await connection.call("erlang", "node", []) == .atom(node.name))
                    // Larger than a record of TLS, both ways.
                    let bytes = (0..<300_000).map { UInt8(truncatingIfNeeded: $0 &* 7) }
                    let answer = try await connection.call("binary", "copy", [.binary(bytes), .integer(3)])
                    #expect(answer == .binary(bytes + bytes + bytes))
                }
                // Known to the node by the cookie, over TLS as well.
                let refusal = try await node.refusal(cookie: "another", options: options)
                #expect(refusal == .wrongCookie(.nodeRefusedOurs))
                let answer1 = try await node.refusal(name: "nobody@localhost", options: options)
                #expect(answer1 != nil)
            }
        }
    }

    @Test(arguments: ["127.0.0.1", "::1"])
    func addressesAreHeldAgainstTheCertificate(host: String) async throws {
        try await withTemporaryFolder { folder in
            let files = try await TLSFiles(in: folder)
            try await withErlangNode(Self.node(try files.options(), host: host)) { node in
                let name = try await node.connected(options: try Client().options(files)) {
                    try await $0.call("erlang", "node", [])
                }
                #expect(name == .atom(node.name))
            }
        }
    }

    @Test func aNodeThatIsNotWhatItShouldBeIsRefused() async throws {
        try await withTemporaryFolder { folder in
            let files = try await TLSFiles(in: folder)
            try await withErlangNode(Self.node(try files.options())) { node in
                let stranger = try await node.refusal(options: try Client(authority: "other-ca").options(files))
                #expect(stranger == .tls(.unknownAuthority(subject: "node", issuer: "ca")))
                let named = try await node.refusal(options: try Client(serverName: .other("x.example")).options(files))
                #expect(named == .tls(.otherName(wanted: "x.example", names: ["localhost", "127.0.0.1", "::1"])))
                // Without verification, and with any name, all are taken.
                let answer2 = try await node.refusal(options: try Client(authority: nil).options(files))
                #expect(answer2 == nil)
                let answer3 = try await node.refusal(options: try Client(serverName: .disabled).options(files))
                #expect(answer3 == nil)
                // Who does not speak TLS is told.
                let answer4 = try await node.refusal()
                #expect(answer4 == .speaksTLS)
            }
        }
    }

    @Test(arguments: [
        ("expired", TLSFailure.notValidNow(subject: "expired")),
        ("elsewhere", .otherName(wanted: "localhost", names: ["elsewhere.example", "*.localhost"])),
        ("stranger", .unknownAuthority(subject: "stranger", issuer: "other-ca")),
        ("me", .otherName(wanted: "localhost", names: ["me"])),
    ])
    func aBadCertificateIsSaidToBeSo(certificate: String, failure: TLSFailure) async throws {
        try await withTemporaryFolder { folder in
            let files = try await TLSFiles(in: folder)
            let options = try files.options(certificate: certificate, asksForOurs: false)
            try await withErlangNode(Self.node(options)) { node in
                let refusal = try await node.refusal(options: try Client().options(files))
                #expect(refusal == .tls(failure))
                let unasked = try await node.refusal(options: try Client(authority: nil).options(files))
                #expect(unasked == nil)
            }
        }
    }

    @Test(arguments: [nil, "stranger"], [true, false])
    func whoHasNoCertificateOfTheNodesAuthorityIsRefused(certificate: String?, twelve: Bool) async throws {
        try await withTemporaryFolder { folder in
            let files = try await TLSFiles(in: folder)
            try await withErlangNode(Self.node(try files.options())) { node in
                let client = Client(certificate: certificate, newestIsTwelve: twelve)
                let code = try await node.refusal(options: try client.options(files))
                guard case .tls(.refusedByNode(let alert)) = code else {
                    Issue.record("\(String(describing: code))")
                    return
                }
                #expect(!alert.isEmpty && alert == alert.lowercased())
            }
        }
    }

    @Test func aNodeWithoutTLSIsFoundInTime() async throws {
        try await withTemporaryFolder { folder in
            let files = try await TLSFiles(in: folder)
            try await withErlangNode { node in
                var options = try Client().options(files)
                options.connectTimeout = .seconds(2)
                let code = try await node.refusal(options: options)
                switch code {
                case .timedOut(.tls), .tls(.noCommonLanguage): break
                default: Issue.record("\(String(describing: code))")
                }
            }
        }
    }

    @Test func filesThatCannotBeUsedAreSaidToBeSo() async throws {
        try await withTemporaryFolder { folder in
            let files = try await TLSFiles(in: folder)
            func reason(_ certificate: String?, _ key: String?, _ authority: String?, _ password: String? = nil) throws
                -> TLSMaterialError?
            {
                var material = TLSMaterial()
                material.certificates = try certificate.map { .init(path: $0, bytes: try files.bytes($0)) }
                material.key = try key.map { .init(path: $0, bytes: try files.bytes($0)) }
                material.authorities = try authority.map { .init(path: $0, bytes: try files.bytes($0)) }
                material.password = password
                #expect(!"\(material)".contains("opensesame"))
                do throws(TLSMaterialError) {
                    _ = try TLSSettings(material)
                    return nil
                } catch {
                    return error
                }
            }
            #expect(try reason("me.pem", "me.key", "ca.pem") == nil)
            #expect(try reason(nil, nil, nil) == nil)
            #expect(try reason("me.pem", "me.locked", nil, "opensesame") == nil)
            #expect(
                try reason("me.pem", "me.locked", nil) == .init(path: "me.locked", reason: .noKey(hasPassword: false)))
            #expect(
                try reason("me.pem", "me.locked", nil, "closed")
                    == .init(path: "me.locked", reason: .noKey(hasPassword: true)))
            #expect(try reason("me.pem", nil, nil) == .init(path: "me.pem", reason: .noKey(hasPassword: false)))
            #expect(try reason("me.key", nil, nil) == .init(path: "me.key", reason: .noCertificate))
            #expect(try reason(nil, nil, "ca.key") == .init(path: "ca.key", reason: .noAuthority))
            guard case .unusable? = try reason("me.pem", "node.key", nil)?.reason else {
                Issue.record("a key of another certificate is taken")
                return
            }
        }
    }
}
