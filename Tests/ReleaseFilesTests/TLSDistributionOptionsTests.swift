import Diagnostics
import Testing

@testable import ReleaseFiles

@Suite struct TLSDistributionOptionsTests {
    static func read(_ text: String) -> (options: TLSDistributionOptions?, ids: [String]) {
        var findings: [Diagnostic] = []
        let source = SourceFile(path: "tls.config", bytes: Array(text.utf8))
        let options = TLSDistributionOptions.read(source, &findings)
        return (options, findings.map(\.id.rawValue))
    }

    @Test func theOptionsOfClientsAreRead() throws {
        let (options, ids) = Self.read(
            #"""
            [{server, [{certfile, "s.pem"}, {verify_fun, {fun inet_tls_dist:verify_client/3, []}}]},
             {client, [{certfile, "c.pem"}, {keyfile, <<"c.key">>}, {cacertfile, "ca.pem"}, {password, "secret"},
                       {verify, verify_peer}, {server_name_indication, "shop"}, {versions, ['tlsv1.3']}, {depth, 2}]}].
            """#)
        var expected = TLSDistributionOptions()
        expected.certificateFile = "c.pem"
        expected.keyFile = "c.key"
        expected.authorityFile = "ca.pem"
        expected.password = "secret"
        expected.verifiesPeer = true
        expected.serverName = .other("shop")
        expected.takesVersion12 = false
        #expect(options == expected)
        #expect(ids.isEmpty)
        #expect(try #require(options).verifies)
        #expect(
            !"\(expected)".contains("secret")
                && !"\(Mirror(reflecting: expected).children.map(\.value))".contains("secret"))
    }

    @Test func verificationFollowsTheAuthority() {
        #expect(Self.read(#"[{client, [{cacertfile, "ca.pem"}]}]."#).options?.verifies == true)
        #expect(Self.read(#"[{client, [{cacertfile, "ca.pem"}, {verify, verify_none}]}]."#).options?.verifies == false)
        #expect(Self.read("[{client, [{server_name_indication, disable}]}].").options?.serverName == .disabled)
        #expect(Self.read("[{server, []}].").options?.verifies == false)
        #expect(Self.read("[].").options == TLSDistributionOptions())
    }

    @Test(arguments: [
        ("client.", "tls-config/not-options"), ("[{clients, []}].", "tls-config/not-options"),
        ("[{client, x}].", "tls-config/not-options"), ("[{client, [x]}].", "tls-config/not-options"),
        ("[{client, [{certfile, 1}]}].", "tls-config/wrong-value"),
        ("[{client, [{verify, yes}]}].", "tls-config/wrong-value"),
        ("[{client, [{versions, ['tlsv1.1']}]}].", "tls-config/wrong-value"),
        ("[{client, [{certfile, \"\"}]}].", "tls-config/wrong-value"),
        ("[{client, [{cacerts, []}]}].", "tls-config/not-supported"),
        ("[]. [].", "term-file/not-one-term"), ("", "term-file/not-one-term"),
    ])
    func whatCannotBeUsedIsFound(text: String, id: String) {
        let (options, ids) = Self.read(text)
        #expect(options == nil)
        #expect(ids == [id])
    }

    @Test func whatHasNoEffectIsAWarning() {
        let (options, ids) = Self.read("[{client, [{crl_check, true}]}].")
        #expect(options != nil)
        #expect(ids == ["tls-config/ignored"])
    }

    @Test func flagsSayTheSame() {
        var findings: [Diagnostic] = []
        let arguments = VMArguments([
            "-proto_dist", "inet_tls", "-ssl_dist_opt", "server_certfile", "s.pem", "client_certfile", "c.pem",
            "client_verify", "verify_peer", "-ssl_dist_opt", "client_cacertfile", "ca.pem",
        ])
        let options = TLSDistributionOptions.read(arguments, file: "vm.args", &findings)
        #expect(findings.isEmpty)
        #expect(options?.certificateFile == "c.pem" && options?.authorityFile == "ca.pem")
        #expect(options?.verifiesPeer == true)
    }
}
