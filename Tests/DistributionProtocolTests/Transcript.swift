import ByteParsing
import DistributionProtocol
import ErlangTerms
import SystemPackage
import TestSupport

/// A recorded conversation with a real node; `Fixtures/wire/README.md` has the format.
struct Transcript: Sendable, CustomStringConvertible {
    enum Step: Hashable, Sendable {
        case client([UInt8])
        case node([UInt8])
        /// The node closed the connection.
        case close
    }

    let description: String
    let steps: [Step]
    private let parameters: [String: String]

    init(_ scenario: String, otp: Int) throws {
        self.description = "\(scenario), OTP \(otp)"
        let path = Repository.fixtures.appending("wire").appending("otp\(otp)").appending("\(scenario).hex")
        var steps: [Step] = []
        var parameters: [String: String] = [:]
        for line in try File.read(path).split(separator: UInt8(ascii: "\n")) {
            let text = String(decoding: line, as: UTF8.self)
            switch text.first {
            case "@":
                let words = text.dropFirst().split(separator: " ", maxSplits: 1)
                parameters[String(words[0])] = String(words[1])
            case ">": steps.append(.client(Self.bytes(text)))
            case "<": steps.append(.node(Self.bytes(text)))
            case " ":
                switch steps.removeLast() {
                case .client(let bytes): steps.append(.client(bytes + Self.bytes(text)))
                case .node(let bytes): steps.append(.node(bytes + Self.bytes(text)))
                case .close: throw MalformedTranscript(path: path)
                }
            case "!": steps.append(.close)
            default: break
            }
        }
        self.steps = steps
        self.parameters = parameters
    }

    /// The same conversation with other steps.
    init(copying other: Transcript, steps: [Step]) {
        self.description = other.description
        self.steps = steps
        self.parameters = other.parameters
    }

    private static func bytes(_ line: String) -> [UInt8] {
        line.split(separator: " ").compactMap { $0.utf8.count == 2 ? UInt8($0, radix: 16) : nil }
    }

    /// The OTP versions that conversations were recorded with.
    static let versions = [25, 27, 29]

    var node: NodeName { get throws { try NodeName(validating: self.parameters["node"] ?? "") } }
    var asked: NodeName { get throws { try NodeName(validating: self.parameters["asked"] ?? "") } }

    var identity: ClientIdentity {
        get throws {
            let client = self.parameters["client"] ?? ""
            return ClientIdentity(
                naming: client.hasPrefix("@")
                    ? .givenByNode(host: String(client.dropFirst())) : .own(try NodeName(validating: client)),
                creation: UInt32(self.parameters["creation"] ?? "") ?? 0,
                challenge: UInt32(self.parameters["challenge"] ?? "") ?? 0)
        }
    }

    func machine() throws -> ConnectionMachine {
        ConnectionMachine(
            target: try self.node, cookie: try Cookie(validating: self.parameters["cookie"] ?? ""),
            identity: try self.identity)
    }

    /// All that the client sent.
    var clientBytes: [[UInt8]] {
        self.steps.compactMap { if case .client(let bytes) = $0 { bytes } else { nil } }
    }

    /// All that the node sent.
    var nodeBytes: [[UInt8]] {
        self.steps.compactMap { if case .node(let bytes) = $0 { bytes } else { nil } }
    }

    /// The calls that the client made after its own look-up, read from its requests.
    var calls: [RemoteCall] {
        get throws {
            try self.clientBytes.compactMap { try Self.call(in: $0) }.filter { $0.function != "whereis" }
        }
    }

    private static func call(in frame: [UInt8]) throws -> RemoteCall? {
        guard frame.count > 5, frame[4] == 112 else { return nil }
        var cursor = ByteCursor(frame.span.extracting(droppingFirst: 5))
        switch ControlMessage(term: try ExternalTerm.decodeNext(&cursor)) {
        case .spawnRequest:
            guard let payload = try ExternalTerm.decodeNext(&cursor).listElements, payload.count == 4,
                let module = payload[1].atomValue, let function = payload[2].atomValue,
                let arguments = payload[3].listElements
            else { return nil }
            return RemoteCall(module, function, arguments)
        case .sendToName:
            guard let payload = try ExternalTerm.decodeNext(&cursor).tupleElements,
                let call = payload.last?.tupleElements, call.count == 5, let module = call[1].atomValue,
                let function = call[2].atomValue, let arguments = call[3].listElements
            else { return nil }
            return RemoteCall(module, function, arguments, method: .rpcServer)
        default: return nil
        }
    }
}

struct MalformedTranscript: Error {
    let path: FilePath
}

/// What a machine did when a transcript was played to it.
struct Played {
    var sent: [[UInt8]] = []
    var answers: [CallAnswer] = []
    var peer: Peer?
    var failure: NodeError?

    /// What each call returned or why it did not.
    var values: [Result<Term, CallError.Code>] {
        self.answers.map { answer in
            do throws(CallError.Code) {
                return .success(try answer.value())
            } catch {
                return .failure(error)
            }
        }
    }
}

extension Transcript {
    /// Plays the node's side to `machine`. Calls are made one after the other, each when the one before has its answer.
    /// With `inPieces`, every byte comes alone.
    func play(to machine: inout ConnectionMachine, calls: [RemoteCall], inPieces: Bool = false) -> Played {
        var played = Played()
        var calls = calls[...]
        var isBusy = false
        func take(_ actions: [ConnectionAction]) {
            for action in actions {
                switch action {
                case .send(let bytes): played.sent.append(bytes)
                case .establish(let peer): played.peer = peer
                case .finish(_, let answer):
                    played.answers.append(answer)
                    isBusy = false
                case .fail(let error): played.failure = error
                case .close: break
                }
            }
        }
        take(machine.connected())
        for step in self.steps {
            switch step {
            case .client: break
            case .close: take(machine.connectionClosed())
            case .node(let bytes):
                if inPieces {
                    for byte in bytes { take(machine.bytesReceived([byte])) }
                } else {
                    take(machine.bytesReceived(bytes))
                }
            }
            if played.peer != nil, !isBusy, played.failure == nil, let call = calls.popFirst() {
                isBusy = true
                take(machine.callRequested(call).1)
            }
        }
        return played
    }
}
