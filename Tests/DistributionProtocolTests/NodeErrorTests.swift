import Diagnostics
import Testing

@testable import DistributionProtocol

@Suite struct NodeErrorTests {
    /// One of every kind, and of every variant that has a text of its own.
    static let all: [NodeError.Code] =
        [
            .hostNotFound(host: "h", detail: "d"), .epmdUnreachable(host: "h", port: 4369, detail: "d"),
            .notEpmd(received: Array("HTTP/1.1".utf8)), .unknownToEpmd(host: "h", known: nil),
            .unknownToEpmd(host: "h", known: []), .unknownToEpmd(host: "h", known: ["a", "b"]),
            .portUnreachable(host: "h", port: 1, detail: "d"), .timedOut(.epmd), .timedOut(.connect),
            .timedOut(.firstAnswer), .wrongCookie(.nodeRefusedOurs), .wrongCookie(.nodeHasAnother),
            .otherNode(answered: "x@y"), .alreadyConnected, .connectingToUs, .notAllowed, .refused(status: "huh"),
            .tooOld(version: 5), .notANode(received: [1, 2]), .notANode(received: []), .speaksTLS,
            .timedOut(.tls), .tls(.unknownAuthority(subject: "s", issuer: "i")), .tls(.notValidNow(subject: "s")),
            .tls(.otherName(wanted: "w", names: [])), .tls(.otherName(wanted: "w", names: ["a", "b"])),
            .tls(.refusedByNode(alert: "unknown_ca")), .tls(.noCommonLanguage(detail: "d")),
            .tls(.failed(detail: "d")),
            .missingCapabilities(["A", "B"]), .frameTooLarge(length: 2, limit: 1),
            .malformed(.control, offset: 3, bytes: [1, 2]), .silent(seconds: 60), .lost(detail: ""),
            .lost(detail: "reset"), .closedByUs, .cancelled,
        ]
        + NodeError.Stage.allCases.flatMap { stage -> [NodeError.Code] in
            [.timedOut(.handshake(stage)), .closed(stage), .malformed(.handshake(stage), offset: 0, bytes: [9])]
        }

    @Test(arguments: all)
    func everyErrorIsOneClauseWithTheNode(code: NodeError.Code) throws {
        let error = NodeError(code, node: try NodeName(validating: "shop@vm"))
        let text = error.description
        #expect(text.contains("shop"))
        #expect(!text.hasSuffix(".") && !text.contains("\n"))
        #expect(text.first?.isUppercase == false || ["EPMD", "TLS"].contains { text.hasPrefix($0) })
        #expect(!text.contains("NodeError") && !text.contains("Optional") && !text.contains("[\""))
        let diagnostic = error.diagnostic
        #expect(diagnostic.summary == text)
        #expect(diagnostic.severity == .error)
        #expect(NodeError.ids.contains(diagnostic.id))
        #expect(error.help.allSatisfy { !$0.isEmpty && !$0.hasSuffix(".") })
        switch code {
        case .closedByUs, .cancelled: #expect(error.help.isEmpty)
        default: #expect(!error.help.isEmpty)
        }
    }

    @Test func everyIDHasAnErrorAndNoTwoAreAlike() throws {
        let node = try NodeName(validating: "shop@vm")
        #expect(Set(Self.all.map { NodeError($0, node: node).id }) == Set(NodeError.ids))
        #expect(Set(NodeError.ids).count == NodeError.ids.count)
        #expect(NodeError.ids.allSatisfy { $0.rawValue.hasPrefix("node/") })
    }

    @Test func badNamesAndCookiesAreFindings() {
        #expect(throws: InvalidNodeName.self) { try NodeName(validating: "shop") }
        let name = InvalidNodeName(text: "shop", reason: .noHost).diagnostic
        #expect(name.id.rawValue == "node/invalid-name" && name.summary.contains("`shop@localhost`"))
        let cookie = InvalidCookie.empty.diagnostic(file: "/root/.erlang.cookie")
        #expect(cookie.id.rawValue == "node/invalid-cookie" && cookie.place == .file("/root/.erlang.cookie"))
    }

    @Test func theNamesThatEpmdKnowsAreListed() throws {
        let error = NodeError(
            .unknownToEpmd(host: "vm", known: ["a", "b"]), node: try NodeName(validating: "shop@vm"))
        #expect(error.help.first == "EPMD knows `a@vm`, `b@vm`")
    }

    @Test func hostileBytesDoNotReachTheTerminal() throws {
        let error = NodeError(
            .notANode(received: Array("evil\u{1b}[31m`x`".utf8)), node: try NodeName(validating: "shop@vm"))
        #expect(error.description.hasSuffix("it answered `evil`"))
        let status = NodeError(.refused(status: "\u{1b}[31mred"), node: try NodeName(validating: "shop@vm"))
        #expect(!status.description.contains("\u{1b}"))
        let name = NodeError(.otherNode(answered: "a\u{7}b@c"), node: try NodeName(validating: "shop@vm"))
        #expect(!name.description.contains("\u{7}"))
    }
}
