import ByteParsing
import Testing

@testable import DistributionProtocol

@Suite struct EpmdTests {
    static let answer: [UInt8] =
        [119, 0, 0xb2, 0xcb, 77, 0, 0, 6, 0, 5, 0, 4] + Array("wire".utf8) + [0, 2, 1, 2]
    static let target = "wire@vm"

    private func machine(limit: Int = 1 << 20) throws -> EpmdLookupMachine {
        var limits = ProtocolLimits()
        limits.epmdAnswer = limit
        var machine = EpmdLookupMachine(target: try NodeName(validating: Self.target), limits: limits)
        _ = machine.started()
        _ = machine.connected()
        return machine
    }

    @Test func requestsHaveTheirLengthInFront() {
        #expect(EpmdRequest.port(name: "ab").encoded() == [0, 3, 122, 97, 98])
        #expect(EpmdRequest.names.encoded() == [0, 1, 110])
    }

    @Test func everyPrefixOfAnAnswerWaitsForMore() throws {
        for count in 0..<Self.answer.count {
            var machine = try self.machine()
            #expect(machine.bytesReceived(Array(Self.answer.prefix(count))) == .wait)
            #expect(machine.connectionClosed() == .fail(.notEpmd(received: Array(Self.answer.prefix(min(16, count))))))
        }
        var machine = try self.machine()
        guard case .finish(let registration) = machine.bytesReceived(Self.answer) else {
            Issue.record("not understood")
            return
        }
        #expect(
            registration
                == EpmdRegistration(port: 45771, nodeType: 77, highestVersion: 6, lowestVersion: 5, name: "wire"))
    }

    @Test func everyChangedByteIsSurvived() throws {
        for index in Self.answer.indices {
            for value in UInt8.min...UInt8.max {
                var machine = try self.machine()
                var bytes = Self.answer
                bytes[index] = value
                if machine.bytesReceived(bytes) == .wait {
                    #expect(machine.connectionClosed() == .fail(.notEpmd(received: Array(bytes.prefix(16)))))
                }
            }
        }
    }

    @Test func anOldNodeIsRefusedBeforeItIsConnectedTo() throws {
        var machine = try self.machine()
        var bytes = Self.answer
        bytes[7] = 5
        #expect(machine.bytesReceived(bytes) == .fail(.tooOld(version: 5)))
    }

    @Test func somethingElseOnThePortIsRecognised() throws {
        var machine = try self.machine()
        #expect(
            machine.bytesReceived(Array("HTTP/1.1 400 Bad Request".utf8))
                == .fail(.notEpmd(received: Array("HTTP/1.1 400 Bad".utf8))))
    }

    @Test func anEndlessAnswerIsCutOff() throws {
        var machine = try self.machine(limit: 100)
        #expect(machine.bytesReceived([119, 1]) == .connect)
        _ = machine.connected()
        #expect(machine.bytesReceived([UInt8](repeating: 65, count: 100)) == .wait)
        #expect(machine.bytesReceived([65]) == .fail(.notEpmd(received: [UInt8](repeating: 65, count: 16))))
    }

    @Test(
        arguments: [
            ("", nil), ("\0\0\u{11}\u{2e}", []), ("\0\0\0\0name a at port 1\nname b at port 2\n", ["a", "b"]),
            ("\0\0\0\0nonsense\n", nil),
        ] as [(String, [String]?)])
    func theNamesAreHelpOnly(answer: String, known: [String]?) throws {
        var machine = try self.machine()
        #expect(machine.bytesReceived([119, 1]) == .connect)
        _ = machine.connected()
        #expect(machine.bytesReceived(Array(answer.utf8)) == .wait)
        #expect(machine.connectionClosed() == .fail(.unknownToEpmd(host: "vm", known: known)))
    }

    @Test func namesThatCannotBeHadDoNotHideTheError() throws {
        var machine = try self.machine()
        _ = machine.bytesReceived([119, 1])
        #expect(
            machine.connectionFailed(host: "vm", port: 1, detail: "x") == .fail(.unknownToEpmd(host: "vm", known: nil)))
    }

    @Test func noConnectionToEpmdIsTheError() throws {
        var machine = EpmdLookupMachine(target: try NodeName(validating: Self.target))
        _ = machine.started()
        #expect(
            machine.connectionFailed(host: "vm", port: 4369, detail: "connection refused")
                == .fail(.epmdUnreachable(host: "vm", port: 4369, detail: "connection refused")))
    }

    enum Event: CaseIterable {
        case started, connected, connectionFailed, bytes, unknown, closed

        func send(to machine: inout EpmdLookupMachine) -> EpmdLookupMachine.Action {
            switch self {
            case .started: machine.started()
            case .connected: machine.connected()
            case .connectionFailed: machine.connectionFailed(host: "h", port: 1, detail: "d")
            case .bytes: machine.bytesReceived([119, 0, 1])
            case .unknown: machine.bytesReceived([119, 1])
            case .closed: machine.connectionClosed()
            }
        }
    }

    /// Every sequence of four events: the machine ends at most once, and asks for nothing afterwards.
    @Test func everyStateTakesEveryEvent() throws {
        let events = Event.allCases
        for number in 0..<(events.count * events.count * events.count * events.count) {
            var machine = EpmdLookupMachine(target: try NodeName(validating: Self.target))
            var rest = number
            var hasEnded = false
            for _ in 0..<4 {
                let action = events[rest % events.count].send(to: &machine)
                rest /= events.count
                if hasEnded { #expect(action == .wait) }
                switch action {
                case .fail, .finish: hasEnded = true
                case .connect, .send, .wait: break
                }
            }
        }
    }
}
