import ErlangTerms
import Testing

@testable import DistributionProtocol

@Suite struct ConnectionMachineTests {
    enum Event: CaseIterable, Sendable {
        case connected, status, challenge, acknowledgement, lookedUp, tick, noise, closed, lost, timeout, tickTimer
        case call, abandon, close

        func send(to machine: inout ConnectionMachine, _ bytes: [[UInt8]]) -> [ConnectionAction] {
            switch self {
            case .connected: machine.connected()
            case .status: machine.bytesReceived(bytes[0])
            case .challenge: machine.bytesReceived(bytes[1])
            case .acknowledgement: machine.bytesReceived(bytes[2])
            case .lookedUp: machine.bytesReceived(bytes[3] + bytes[4])
            case .tick: machine.bytesReceived([0, 0, 0, 0])
            case .noise: machine.bytesReceived([0, 1, 2, 3, 4, 5])
            case .closed: machine.connectionClosed()
            case .lost: machine.connectionLost(detail: "reset")
            case .timeout: machine.connectTimeoutFired()
            case .tickTimer: machine.tickTimerFired()
            case .call: machine.callRequested(RemoteCall("m", "f", [])).1
            case .abandon: machine.callAbandoned(CallID(number: 2))
            case .close: machine.closeRequested()
            }
        }
    }

    static let way: [Event] = [.connected, .status, .challenge, .acknowledgement, .lookedUp, .call]

    /// From every state on the way in, every pair of events: the machine ends at most once, never establishes twice, and an ended
    /// machine only refuses calls.
    @Test(arguments: 0...way.count)
    func everyStateTakesEveryEvent(steps: Int) throws {
        let transcript = try Transcript("calls", otp: 29)
        let bytes = transcript.nodeBytes
        for first in Event.allCases {
            for second in Event.allCases {
                for third in [Event.connected, .tick, .closed, .call, .tickTimer, .close] {
                    var machine = try transcript.machine()
                    var ends = 0
                    var establishments = 0
                    for event in Self.way.prefix(steps) + [first, second, third] {
                        let hadEnded = ends > 0
                        let actions = event.send(to: &machine, bytes)
                        for action in actions {
                            switch action {
                            case .fail, .close: ends += 1
                            case .establish: establishments += 1
                            case .send: #expect(!hadEnded)
                            case .finish: break
                            }
                        }
                        if hadEnded, event != .call { #expect(actions == []) }
                    }
                    #expect(ends <= 1 && establishments <= 1)
                    let isClosed = machine.isClosed
                    #expect(isClosed == (ends == 1))
                }
            }
        }
    }

    /// A machine after the first steps of the way in.
    private func played(_ count: Int) throws -> ConnectionMachine {
        let transcript = try Transcript("calls", otp: 29)
        var machine = try transcript.machine()
        for event in Self.way.prefix(count) { _ = event.send(to: &machine, transcript.nodeBytes) }
        return machine
    }

    private var node: NodeName { get throws { try NodeName(validating: "wire@localhost") } }

    @Test(arguments: [
        (1, NodeError.Code.timedOut(.handshake(.status))), (2, .timedOut(.handshake(.challenge))),
        (3, .timedOut(.handshake(.acknowledgement))), (4, .timedOut(.firstAnswer)),
    ])
    func theTimeoutNamesWhatWasMissing(steps: Int, code: NodeError.Code) throws {
        var machine = try self.played(steps)
        let node = try self.node
        #expect(machine.connectTimeoutFired() == [.fail(NodeError(code, node: node))])
    }

    @Test func theTimeoutDoesNotEndAnEstablishedConnection() throws {
        var machine = try self.played(5)
        #expect(machine.connectTimeoutFired() == [])
    }

    @Test(arguments: [
        (1, NodeError.Code.closed(.status)), (2, .closed(.challenge)), (3, .wrongCookie(.nodeRefusedOurs)),
        (4, .lost(detail: "the node closed it")), (5, .lost(detail: "the node closed it")),
    ])
    func theClosingNamesWhatWasMissing(steps: Int, code: NodeError.Code) throws {
        var machine = try self.played(steps)
        let node = try self.node
        #expect(machine.connectionClosed() == [.fail(NodeError(code, node: node))])
    }

    @Test func aSilentNodeIsDown() throws {
        var machine = try self.played(6)
        let node = try self.node
        for _ in 0..<4 { #expect(machine.tickTimerFired().allSatisfy { $0 == .send([0, 0, 0, 0]) }) }
        let error = NodeError(.silent(seconds: 60), node: node)
        #expect(machine.tickTimerFired() == [.finish(CallID(number: 2), .connectionFailed(error)), .fail(error)])
    }

    @Test func closingFailsTheOutstandingCalls() throws {
        var machine = try self.played(6)
        let node = try self.node
        #expect(
            machine.closeRequested() == [
                .finish(CallID(number: 2), .connectionFailed(NodeError(.closedByUs, node: node))), .close,
            ])
    }

    @Test func aPeerThatCannotProveTheCookieIsRefused() throws {
        let transcript = try Transcript("calls", otp: 29)
        var machine = try self.played(3)
        let node = try self.node
        var acknowledgement = transcript.nodeBytes[2]
        acknowledgement[acknowledgement.count - 1] ^= 1
        #expect(
            machine.bytesReceived(acknowledgement) == [
                .fail(NodeError(.wrongCookie(.nodeHasAnother), node: node))
            ])
    }

    @Test func anotherNodeOnThePortIsNamed() throws {
        let transcript = try Transcript("calls", otp: 29)
        let node = try NodeName(validating: "other@localhost")
        var machine = ConnectionMachine(
            target: node, cookie: try Cookie(validating: "transcript"), identity: try transcript.identity)
        _ = machine.connected()
        _ = machine.bytesReceived(transcript.nodeBytes[0])
        // The digest of our cookie is not sent to a node that we did not ask for.
        #expect(
            machine.bytesReceived(transcript.nodeBytes[1]) == [
                .fail(NodeError(.otherNode(answered: "wire@localhost"), node: node))
            ])
    }

    @Test func missingCapabilitiesAreNamed() throws {
        let transcript = try Transcript("calls", otp: 29)
        var machine = try self.played(2)
        let node = try self.node
        var challenge = transcript.nodeBytes[1]
        // Flags of bytes 3...10 (after length and tag), big-endian: drop BIG_CREATION and the digest that stands for it.
        challenge[8] &= ~0x04
        challenge[6] &= ~0x10
        #expect(
            machine.bytesReceived(challenge) == [.fail(NodeError(.missingCapabilities(["BIG_CREATION"]), node: node))])
    }

    @Test func whatFollowsTheHandshakeInOnePieceIsRead() throws {
        let transcript = try Transcript("calls", otp: 29)
        var machine = try transcript.machine()
        _ = machine.connected()
        let actions = machine.bytesReceived(Array(transcript.nodeBytes.prefix(5).joined()))
        #expect(actions.contains { if case .establish = $0 { true } else { false } })
    }
}
