import ErlangTerms
import Testing

@testable import DistributionProtocol

/// What real nodes of three OTP versions said, played to the machines.
@Suite struct TranscriptTests {
    @Test(arguments: Transcript.versions, [false, true])
    func callsOfEveryOutcome(otp: Int, inPieces: Bool) throws {
        let transcript = try Transcript("calls", otp: otp)
        var machine = try transcript.machine()
        let played = try transcript.play(to: &machine, calls: transcript.calls, inPieces: inPieces)
        #expect(played.sent == transcript.clientBytes)
        #expect(played.peer?.node == (try transcript.node))
        #expect(played.failure == nil)
        let values = played.values
        try #require(values.count == 7)
        #expect(values[0] == .success(.string("\(otp)")))
        #expect(values[1] == .failure(.thrown(.atom("ball"))))
        #expect(values[2] == .failure(.exited(.tuple(.atom("shutdown"), .atom("now")))))
        guard case .failure(.raised(.tuple([.atom("badmatch"), .integer(1)]), let stack)) = values[3] else {
            Issue.record("expected an error, got \(values[3])")
            return
        }
        #expect(stack.listElements?.isEmpty == false)
        guard case .failure(.raised(.atom("undef"), let undefined)) = values[4] else {
            Issue.record("expected undef, got \(values[4])")
            return
        }
        #expect(
            undefined.listElements?.first?.tupleElements?.prefix(3) == [
                .atom("lists"), .atom("no_such_function"), .list([.integer(1), .integer(2)]),
            ])
        #expect(values[5] == .success(.atom("ok")))
        guard case .success(.tuple(let answer)) = values[6], answer.count == 3, let kinds = answer[1].listElements
        else {
            Issue.record("expected a value, got \(values[6])")
            return
        }
        #expect(kinds.count == 20)
        #expect(kinds[1] == .atom("grüße"))
        #expect(kinds[11] == .string("text"))
        #expect(kinds[17].processIdentifier?.node == "wire@localhost")
    }

    @Test(arguments: Transcript.versions, [false, true])
    func callsThroughTheServer(otp: Int, inPieces: Bool) throws {
        let transcript = try Transcript("rex", otp: otp)
        var machine = try transcript.machine()
        let played = try transcript.play(to: &machine, calls: transcript.calls, inPieces: inPieces)
        #expect(played.sent == transcript.clientBytes)
        let values = played.values
        try #require(values.count == 4)
        #expect(values[0] == .success(.string("\(otp)")))
        #expect(values[1] == .success(.atom("ball")))
        #expect(
            values[2] == .failure(.badRPC(.tuple(.atom("EXIT"), .tuple(.atom("shutdown"), .atom("now"))))))
        guard case .failure(.badRPC(.tuple(let reason))) = values[3] else {
            Issue.record("expected badrpc, got \(values[3])")
            return
        }
        #expect(reason.last?.tupleElements?.first == .tuple(.atom("badmatch"), .integer(1)))
    }

    @Test(arguments: Transcript.versions, [false, true])
    func whatTheNodeAsksIsAnswered(otp: Int, inPieces: Bool) throws {
        let transcript = try Transcript("requests", otp: otp)
        var machine = try transcript.machine()
        let played = try transcript.play(to: &machine, calls: transcript.calls, inPieces: inPieces)
        let expected = transcript.clientBytes
        #expect(played.sent.count == expected.count)
        for (sent, recorded) in zip(played.sent, expected) { #expect(sent == recorded) }
        #expect(played.failure == nil)
        let values = played.values
        try #require(values.count == 4)
        #expect(values[0] == .success(.atom("pong")))
        guard case .success(.tuple(let refused)) = values[1] else {
            Issue.record("expected badrpc, got \(values[1])")
            return
        }
        #expect(refused.first == .atom("badrpc"))
        guard case .failure(.exited(.tuple(let noProcess))) = values[2] else {
            Issue.record("expected an exit, got \(values[2])")
            return
        }
        #expect(noProcess.first == .atom("noproc"))
        #expect(values[3].map { $0.tupleElements?[1] } == .success(.atom("hello")))
    }

    @Test(arguments: Transcript.versions)
    func callsThatEndOtherwise(otp: Int) throws {
        let transcript = try Transcript("oddities", otp: otp)
        var machine = try transcript.machine()
        let calls = [
            RemoteCall("erlang", "node", []), RemoteCall("timer", "sleep", [.atom("infinity")]),
            RemoteCall("io", "put_chars", [.string("x")]),
        ]
        let played = transcript.play(to: &machine, calls: calls)
        let values = played.values
        try #require(values.count == 3)
        guard case .failure(.raised(.atom("badarg"), let stack)) = values[0] else {
            Issue.record("expected badarg, got \(values[0])")
            return
        }
        #expect(stack.listElements?.first?.tupleElements?.prefix(2) == [.atom("erlang"), .atom("apply")])
        #expect(values[1] == .failure(.ended(reason: .atom("killed"))))
        // The I/O request to us was answered as the recorded client answered it.
        #expect(values[2] == .success(.atom("ok")))
        let reply = try #require(transcript.clientBytes.last)
        #expect(played.sent.last == reply)
    }

    @Test(arguments: Transcript.versions)
    func ticksAreAnswered(otp: Int) throws {
        let transcript = try Transcript("ticks", otp: otp)
        var machine = try transcript.machine()
        let played = transcript.play(to: &machine, calls: [])
        #expect(played.sent == transcript.clientBytes)
        #expect(played.sent.suffix(3) == [[0, 0, 0, 0], [0, 0, 0, 0], [0, 0, 0, 0]])
    }

    @Test(arguments: Transcript.versions)
    func theNodeNamesUs(otp: Int) throws {
        let transcript = try Transcript("dynamic-name", otp: otp)
        var machine = try transcript.machine()
        let played = transcript.play(to: &machine, calls: [])
        #expect(played.sent == transcript.clientBytes)
        let peer = try #require(played.peer)
        #expect(peer.clientName.name.hasSuffix("@localhost"))
        #expect(peer.clientCreation != (try transcript.identity.creation))
    }

    struct Refusal: Sendable, CustomTestStringConvertible {
        let scenario: String
        let code: NodeError.Code
        var testDescription: String { self.scenario }
    }

    @Test(
        arguments: Transcript.versions,
        [
            Refusal(scenario: "wrong-cookie", code: .wrongCookie(.nodeRefusedOurs)),
            Refusal(scenario: "alive", code: .alreadyConnected),
            Refusal(scenario: "not-allowed", code: .notAllowed),
        ])
    func refusalsAreToldApart(otp: Int, refusal: Refusal) throws {
        let transcript = try Transcript(refusal.scenario, otp: otp)
        var machine = try transcript.machine()
        let played = transcript.play(to: &machine, calls: [])
        #expect(played.failure?.code == refusal.code)
        #expect(played.sent == transcript.clientBytes)
        #expect(played.peer == nil)
    }

    @Test(arguments: Transcript.versions)
    func aNodeThatMissesCapabilitiesOfOursRefuses(otp: Int) throws {
        let transcript = try Transcript("missing-capabilities", otp: otp)
        var machine = try transcript.machine()
        #expect(transcript.play(to: &machine, calls: []).failure?.code == .notAllowed)
    }

    @Test(arguments: Transcript.versions)
    func epmdKnowsTheNode(otp: Int) throws {
        let transcript = try Transcript("epmd-known", otp: otp)
        var machine = EpmdLookupMachine(target: try transcript.node)
        #expect(machine.started() == .connect)
        #expect(machine.connected() == .send(transcript.clientBytes[0]))
        guard case .finish(let registration) = machine.bytesReceived(transcript.nodeBytes[0]) else {
            Issue.record("EPMD's answer is not understood")
            return
        }
        #expect(registration.name == "wire")
        #expect(registration.highestVersion == 6)
        #expect(registration.port > 0)
        #expect(machine.connectionClosed() == .wait)
    }

    @Test(arguments: Transcript.versions)
    func epmdDoesNotKnowTheNode(otp: Int) throws {
        let transcript = try Transcript("epmd-unknown", otp: otp)
        var machine = EpmdLookupMachine(target: try transcript.asked)
        #expect(machine.started() == .connect)
        #expect(machine.connected() == .send(transcript.clientBytes[0]))
        #expect(machine.bytesReceived(transcript.nodeBytes[0]) == .connect)
        #expect(machine.connected() == .send(transcript.clientBytes[1]))
        for byte in transcript.nodeBytes[1] { #expect(machine.bytesReceived([byte]) == .wait) }
        #expect(machine.connectionClosed() == .fail(.unknownToEpmd(host: "localhost", known: ["wire"])))
    }
}
