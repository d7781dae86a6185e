import ErlangTerms
import TestSupport
import Testing

@testable import DistributionProtocol

/// A node that sends anything at all ends in an error or is ignored, and never in a trap.
@Suite struct HostileNodeTests {
    @Test(arguments: ["calls", "rex", "requests", "ticks", "dynamic-name", "wrong-cookie", "alive", "not-allowed"])
    func everyPrefixOfAConversationEndsTyped(scenario: String) throws {
        let transcript = try Transcript(scenario, otp: 29)
        let calls = try transcript.calls
        for count in 0...transcript.steps.count {
            // Whole frames up to here, then a part of the next.
            let rest = count < transcript.steps.count ? transcript.steps[count] : .close
            var part: [UInt8] = []
            if case .node(let bytes) = rest { part = bytes }
            for cut in Set([0, 1, 2, 3, 4, 5, 7, part.count / 2, max(0, part.count - 1)]) where cut <= part.count {
                let beginning = transcript.beginning(count, plus: Array(part.prefix(cut)))
                var machine = try transcript.machine()
                let played = beginning.play(to: &machine, calls: calls)
                let ending = machine.connectionClosed()
                let isClosed = machine.isClosed
                #expect(isClosed)
                #expect(played.failure != nil || ending.contains { if case .fail = $0 { true } else { false } })
            }
        }
    }

    @Test(arguments: ["dynamic-name", "alive", "wrong-cookie"])
    func everyChangedByteOfAHandshakeIsSurvived(scenario: String) throws {
        let transcript = try Transcript(scenario, otp: 25)
        let handshake = transcript.nodeBytes.prefix(3)
        for (index, message) in handshake.enumerated() {
            for position in message.indices {
                for value in stride(from: UInt8(0), through: 255, by: 5) {
                    var machine = try transcript.machine()
                    var sent = machine.connected().count
                    for (other, bytes) in handshake.enumerated() {
                        var bytes = bytes
                        if other == index { bytes[position] = value }
                        sent += machine.bytesReceived(bytes).count
                    }
                    sent += machine.connectionClosed().count
                    let isClosed = machine.isClosed
                    #expect(sent > 0 && isClosed)
                }
            }
        }
    }

    @Test(arguments: [("calls", 25), ("requests", 27), ("rex", 29), ("oddities", 25)])
    func everyChangedByteOfAFrameIsSurvived(scenario: String, otp: Int) throws {
        let transcript = try Transcript(scenario, otp: otp)
        let frames = transcript.nodeBytes.dropFirst(3)
        let peer = Peer(
            node: try transcript.node, creation: 1, flags: .announced, clientName: "relift-1-cafe@localhost",
            clientCreation: 7)
        let method: RemoteCall.Method = scenario == "rex" ? .rpcServer : .spawnedProcess
        var survived = 0
        for frame in frames {
            for position in frame.indices.dropFirst(4) {
                for change in [0xff, 0x01, 0x80] as [UInt8] {
                    var link = LinkMachine(peer: peer, limits: .default)
                    _ = link.started()
                    for _ in 0..<3 { _ = link.callRequested(RemoteCall("m", "f", [], method: method)) }
                    var bytes = Array(frame.dropFirst(4))
                    bytes[position - 4] ^= change
                    do {
                        for case .finish(_, let answer) in try link.frameReceived(bytes) {
                            _ = Result { try answer.value() }
                        }
                    } catch {
                        #expect(error.offset <= bytes.count)
                    }
                    survived += 1
                }
            }
        }
        #expect(survived > 2000)
    }

    @Test func randomBytesAreSurvived() throws {
        let transcript = try Transcript("calls", otp: 25)
        var generator = SeededGenerator(seed: 11)
        for round in 0..<2000 {
            var machine = try transcript.machine()
            _ = machine.connected()
            if round.isMultiple(of: 2) {
                for bytes in transcript.nodeBytes.prefix(5) { _ = machine.bytesReceived(bytes) }
            }
            for _ in 0..<4 {
                let count = Int.random(in: 0..<40, using: &generator)
                var noise = (0..<count).map { _ in UInt8.random(in: 0...255, using: &generator) }
                if count < 20 { noise.insert(contentsOf: [0, 0, 0, UInt8(count)], at: 0) }
                _ = machine.bytesReceived(noise)
            }
            _ = machine.connectionClosed()
            let isClosed = machine.isClosed
            #expect(isClosed)
        }
    }

    @Test func aFrameOverTheLimitIsRefusedByItsLengthAlone() throws {
        let transcript = try Transcript("calls", otp: 25)
        var limits = ProtocolLimits()
        limits.frame = 1000
        var machine = ConnectionMachine(
            target: try transcript.node, cookie: try Cookie(validating: "transcript"),
            identity: try transcript.identity, limits: limits)
        _ = machine.connected()
        for bytes in transcript.nodeBytes.prefix(5) { _ = machine.bytesReceived(bytes) }
        let actions = machine.bytesReceived([0, 0, 0x03, 0xe9])
        #expect(
            actions == [.fail(NodeError(.frameTooLarge(length: 1001, limit: 1000), node: try transcript.node))])
    }

    struct Stranger: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let says: [UInt8]
        let code: NodeError.Code

        init(_ name: String, _ says: [UInt8], _ code: NodeError.Code) {
            self.testDescription = name
            self.says = says
            self.code = code
        }
    }

    @Test(arguments: [
        Stranger(
            "HTTP", Array("HTTP/1.1 400 Bad Request\r\n\r\n".utf8),
            .notANode(received: Array("HTTP/1.1 400 Bad".utf8))),
        Stranger("SSH", Array("SSH-2.0-OpenSSH_9.2\r\n".utf8), .notANode(received: Array("SSH-2.0-OpenSSH_".utf8))),
        Stranger("SMTP", Array("220 mail\r\n".utf8), .notANode(received: Array("220 mail\r\n".utf8))),
        Stranger("TLS alert", [0x15, 0x03, 0x03, 0x00, 0x02, 0x02, 0x46], .speaksTLS),
        Stranger("a short frame of something", [0, 3, 1, 2, 3], .notANode(received: [1, 2, 3])),
        Stranger("an empty frame", [0, 0], .notANode(received: [])),
        Stranger("the challenge of OTP 22", [0, 5, 0x6e, 0, 5, 1, 2], .tooOld(version: 5)),
        Stranger("an unknown status", [0, 4, 0x73, 0x68, 0x75, 0x68], .refused(status: "huh")),
    ])
    func strangersAreRecognised(stranger: Stranger) throws {
        let transcript = try Transcript("calls", otp: 25)
        var machine = try transcript.machine()
        _ = machine.connected()
        let actions = machine.bytesReceived(stranger.says)
        #expect(actions == [.fail(NodeError(stranger.code, node: try transcript.node))])
        #expect(machine.bytesReceived(stranger.says) == [])
        #expect(machine.connectionClosed() == [])
    }
}

extension Transcript {
    /// The first steps, and some bytes of the node more.
    fileprivate func beginning(_ count: Int, plus more: [UInt8]) -> Transcript {
        Transcript(copying: self, steps: Array(self.steps.prefix(count)) + [.node(more)])
    }
}
